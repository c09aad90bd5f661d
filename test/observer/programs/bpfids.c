/* Lists what the kernel holds of BPF: a line "prog ID", "map ID" or "link ID" for each. Needs CAP_SYS_ADMIN. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int list(const char *what, int command) {
  union bpf_attr attributes;
  memset(&attributes, 0, sizeof(attributes));
  while (syscall(SYS_bpf, command, &attributes, sizeof(attributes)) == 0) {
    printf("%s %u\n", what, attributes.next_id);
    attributes.start_id = attributes.next_id;
  }
  return errno == ENOENT ? 0 : 1;
}

int main(void) {
  return list("prog", BPF_PROG_GET_NEXT_ID) | list("map", BPF_MAP_GET_NEXT_ID) | list("link", BPF_LINK_GET_NEXT_ID);
}
