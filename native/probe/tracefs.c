/* Tracepoint ids. tracefs is mounted privately when nobody has mounted it: nothing of that is left behind. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include "probe.h"

static const char *const PLACES[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
static const char *root;

static bool found(void) {
  char path[128];
  for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++) {
    snprintf(path, sizeof(path), "%s/events/syscalls/sys_enter_ioctl/id", PLACES[i]);
    if (access(path, R_OK) == 0) {
      root = PLACES[i];
      return true;
    }
  }
  return false;
}

bool open_tracefs(void) {
  if (found()) return true;
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return false;
  if (mount("tracefs", PLACES[0], "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0) return false;
  return found();
}

int tracepoint_id(const char *category, const char *name) {
  char path[256], text[32];
  snprintf(path, sizeof(path), "%s/events/%s/%s/id", root, category, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, text, sizeof(text) - 1);
  close(fd);
  if (length <= 0) return -1;
  text[length] = 0;
  return atoi(text);
}
