/* Iterator programs: reading the iterator's descriptor runs them. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "probe.h"

static struct bpf_link *attach_iterator(struct bpf_program *program, unsigned pid) {
  if (pid) {
    union bpf_iter_link_info info = {.task = {.pid = pid}};
    LIBBPF_OPTS(bpf_iter_attach_opts, options, .link_info = &info, .link_info_len = sizeof(info));
    struct bpf_link *link = bpf_program__attach_iter(program, &options);
    /* Before 6.1 an iterator cannot be narrowed; the program looks at each task itself. */
    if (link) return link;
  }
  return bpf_program__attach_iter(program, NULL);
}

bool run_iterator(struct probe *probe, const char *name, unsigned pid) {
  struct bpf_program *program = bpf_object__find_program_by_name(probe->object, name);
  struct bpf_link *link = program ? attach_iterator(program, pid) : NULL;
  int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -1;
  ssize_t got = -1;
  if (fd >= 0) {
    char sink[64];
    do got = read(fd, sink, sizeof(sink));
    while (got > 0 || (got < 0 && errno == EAGAIN));
  }
  int reason = errno;
  if (fd >= 0) close(fd);
  if (link) bpf_link__destroy(link);
  if (got == 0) return true;
  return fail(probe, "no-bpf", "Faultscope needs Linux 5.15 or newer with BPF iterators.",
              "The kernel refused the snapshot %s: %s.", name, strerror(reason));
}
