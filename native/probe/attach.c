/* Links: tracing programs, per-syscall tracepoints, and the software events that tell a completed fault. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

#define PRIVILEGE "Grant the probe cap_perfmon, or let Faultscope start it through sudo."

bool add_link(struct probe *probe, struct probe_links *links, struct bpf_link *link, const char *what) {
  if (!link)
    return fail(probe, errno == EPERM || errno == EACCES ? "no-privilege" : "no-bpf", PRIVILEGE,
                "The kernel refused to attach %s: %s.", what, strerror(errno));
  if (links->count == links->capacity) {
    size_t capacity = links->capacity ? links->capacity * 2 : FS_MAX_LINKS;
    struct bpf_link **items = realloc(links->items, capacity * sizeof(*items));
    if (!items) {
      bpf_link__destroy(link);
      return fail(probe, "probe-failed", "Free some memory.", "The probe is out of memory.");
    }
    links->items = items;
    links->capacity = capacity;
  }
  links->items[links->count++] = link;
  return true;
}

void release_links(struct probe_links *links) {
  while (links->count > 0) bpf_link__destroy(links->items[--links->count]);
  free(links->items);
  *links = (struct probe_links){0};
}

static bool attach_event(struct probe *probe, struct probe_links *links, struct bpf_program *program,
                         struct perf_event_attr *attributes, int pid, int cpu, const char *what) {
  int fd = (int)syscall(SYS_perf_event_open, attributes, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
  /* A thread may exit between being listed and being watched. */
  if (fd < 0 && errno == ESRCH && pid > 0) return true;
  if (fd < 0)
    return fail(probe, errno == EMFILE ? "probe-failed" : "no-privilege",
                errno == EMFILE ? "Raise the limit of open files (ulimit -n)." : PRIVILEGE,
                "The kernel refused the perf event for %s: %s.", what, strerror(errno));
  struct bpf_link *link = bpf_program__attach_perf_event(program, fd);
  if (!link) close(fd);
  return add_link(probe, links, link, what);
}

static bool attach_tracepoint(struct probe *probe, const char *program, const char *name) {
  int id = tracepoint_id("syscalls", name);
  /* An architecture or kernel without this call has nothing to trace there. */
  if (id < 0 && errno == ENOENT) return true;
  if (id < 0)
    return fail(probe, "no-tracefs", "Grant the probe cap_dac_read_search too, or choose the raw hooks.",
                "The probe cannot read tracefs: %s.", strerror(errno));
  struct perf_event_attr attributes = {
      .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attributes), .config = (unsigned)id, .sample_period = 1};
  return attach_event(probe, &probe->programs, bpf_object__find_program_by_name(probe->object, program), &attributes,
                      -1, 0, name);
}

static bool attach_syscalls(struct probe *probe) {
  static const char *const mm_calls[] = {"mmap",   "mprotect", "munmap",   "mremap",     "madvise", "mlock",
                                         "mlock2", "munlock",  "mlockall", "munlockall", "prctl",   "userfaultfd"};
  char name[64];
  for (size_t i = 0; i < sizeof(mm_calls) / sizeof(mm_calls[0]); i++) {
    snprintf(name, sizeof(name), "sys_exit_%s", mm_calls[i]);
    if (!attach_tracepoint(probe, "syscall_mm_exit", name)) return false;
  }
  return attach_tracepoint(probe, "syscall_ioctl_exit", "sys_exit_ioctl") &&
         attach_tracepoint(probe, "syscall_ioctl_enter", "sys_enter_ioctl") &&
         attach_tracepoint(probe, "syscall_buffers_exit", "sys_exit_vmsplice") &&
         attach_tracepoint(probe, "syscall_buffers_exit", "sys_exit_process_madvise") &&
         attach_tracepoint(probe, "syscall_buffers_exit", "sys_exit_io_uring_register") &&
         attach_tracepoint(probe, "syscall_close_enter", "sys_enter_close") &&
         attach_tracepoint(probe, "syscall_read_exit", "sys_exit_read") &&
         attach_tracepoint(probe, "syscall_readv_exit", "sys_exit_readv");
}

bool attach_programs(struct probe *probe) {
  struct bpf_program *program;
  bpf_object__for_each_program(program, probe->object) {
    const char *section = bpf_program__section_name(program);
    if (!bpf_program__autoload(program) || strncmp(section, "tp_btf/", 7) != 0) continue;
    if (strcmp(bpf_program__name(program), "released_fault_done") == 0) continue;
    if (!add_link(probe, &probe->programs, bpf_program__attach(program), section + 7)) return false;
  }
  return probe->hooks == FS_HOOKS_RAW || attach_syscalls(probe);
}

static bool attach_fault_counters(struct probe *probe, int tid) {
  static const unsigned long long events[] = {PERF_COUNT_SW_PAGE_FAULTS_MIN, PERF_COUNT_SW_PAGE_FAULTS_MAJ};
  struct bpf_program *program = bpf_object__find_program_by_name(probe->object, "counted_fault_done");
  for (size_t i = 0; i < 2; i++) {
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                         .size = sizeof(attributes),
                                         .config = events[i],
                                         .sample_period = 1,
                                         .inherit = 1};
    if (!attach_event(probe, &probe->faults, program, &attributes, tid, -1, "page faults")) return false;
  }
  return true;
}

static bool attach_counters_to_threads(struct probe *probe, unsigned pid) {
  unsigned *tids = NULL, *again = NULL;
  int count = list_threads(pid, &tids);
  bool attached = true;
  for (int i = 0; attached && i < count; i++) attached = attach_fault_counters(probe, (int)tids[i]);
  /* A thread that an unwatched one created meanwhile inherited nothing. One watched twice does no harm. */
  int more = attached ? list_threads(pid, &again) : 0;
  for (int i = 0; attached && i < more; i++) {
    bool watched = false;
    for (int j = 0; j < count && !watched; j++) watched = tids[j] == again[i];
    if (!watched) attached = attach_fault_counters(probe, (int)again[i]);
  }
  free(tids);
  free(again);
  return attached;
}

bool attach_faults(struct probe *probe, unsigned pid) {
  if (probe->fault_end == FAULT_END_COUNT) return attach_counters_to_threads(probe, pid);
  if (probe->faults.count > 0) return true;
  struct bpf_program *program = bpf_object__find_program_by_name(probe->object, "released_fault_done");
  return add_link(probe, &probe->faults, bpf_program__attach(program), "mmap_lock:mmap_lock_released");
}

bool follow_process(struct probe *probe, unsigned pid) {
  fs_u32 *bucket = probe->control->tgids[pid % FS_BUCKETS];
  for (int i = 0; i < FS_BUCKET_SIZE; i++)
    if (__sync_val_compare_and_swap(&bucket[i], 0, pid) == 0) return true;
  return fail(probe, "probe-failed", "Record fewer processes at once.", "Too many processes share the number of process %u.",
              pid);
}

void unfollow_process(struct probe *probe, unsigned pid) {
  fs_u32 *bucket = probe->control->tgids[pid % FS_BUCKETS];
  for (int i = 0; i < FS_BUCKET_SIZE; i++) __sync_val_compare_and_swap(&bucket[i], pid, 0);
}
