/* Loaded at run time by sites.c. */
#include <sys/ioctl.h>

volatile int plugin_sink;

void plugin_entry(void) {
  plugin_sink = ioctl(-1, 0xc028aa05ul, 0); /* plugin-entry */
  plugin_sink++;
}
