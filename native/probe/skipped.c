/*
 * What the kernel left out by itself. A tracing program does not run on a CPU where another task's run of it was
 * preempted; from Linux 7.2 on tracepoints can be. Nothing but the program's own statistics tells of it.
 */
#include <bpf/bpf.h>

#include "probe.h"

void count_skipped(struct probe *probe) {
  unsigned long long total = 0;
  struct bpf_program *program;
  bpf_object__for_each_program(program, probe->object) {
    struct bpf_prog_info info = {0};
    __u32 size = sizeof(info);
    int fd = bpf_program__fd(program);
    if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &size) == 0) total += info.recursion_misses;
  }
  if (!probe->skipped_known) probe->skipped_before = total;
  probe->skipped_known = true;
  __atomic_store_n(&probe->counters->skipped, total - probe->skipped_before, __ATOMIC_RELAXED);
}
