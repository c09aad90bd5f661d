/*
 * What no header says about the running kernel, learnt from the probe's own userfaultfd: how its files are recognised,
 * where its waiters sleep, which bit marks MINOR ranges, where libc's ioctl() keeps its return address.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

#define MISC_MAJOR 10u
#define MINOR_MODE (1 << 2) /* UFFDIO_REGISTER_MODE_MINOR, younger than some headers */

static unsigned long long uffd_device(void) {
  FILE *file = fopen("/proc/misc", "re");
  if (!file) return 0;
  char line[128];
  unsigned minor = 0;
  int end = 0;
  while (fgets(line, sizeof(line), file)) {
    end = 0;
    if (sscanf(line, "%u userfaultfd%n", &minor, &end) == 1 && end > 0 && line[end] == '\n') break;
    end = 0;
  }
  fclose(file);
  return end > 0 ? (unsigned long long)MISC_MAJOR << 20 | minor : 0;
}

static bool learn_self(struct probe *probe) {
  struct bpf_program *program = bpf_object__find_program_by_name(probe->object, "learn_self");
  unsigned long long context[1] = {(unsigned long long)probe->own_uffd};
  LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = sizeof(context));
  int result = bpf_prog_test_run_opts(bpf_program__fd(program), &options);
  struct fs_control *control = probe->control;
  if (result != 0 || control->uffd_fops == 0)
    return fail(probe, "no-bpf", "Report this with the kernel version.",
                "The probe cannot recognise userfaultfd files on this kernel: %s.", strerror(result ? -result : EINVAL));
  if (control->global_pid == (fs_u32)getpid()) return true;
  return fail(probe, "probe-failed", "Record from the host, or share its pid namespace (docker run --pid=host).",
              "The probe runs in a pid namespace of its own and cannot tell processes apart.");
}

struct sleeper {
  const struct own_range *range;
  volatile fs_u32 tid;
};

static void *sleep_in_fault(void *argument) {
  struct sleeper *sleeper = argument;
  sleeper->tid = (fs_u32)syscall(SYS_gettid);
  *(volatile char *)sleeper->range->start = 1;
  return NULL;
}

/* Without it, faults that still wait at the end cannot be told from failed ones: then none are reported. */
static bool learn_sleeper(struct probe *probe, const struct own_range *range) {
  struct sleeper sleeper = {.range = range};
  pthread_t thread;
  if (pthread_create(&thread, NULL, sleep_in_fault, &sleeper) != 0) return true;
  struct process_stat stat = {0};
  for (int tries = 0; tries < 200; tries++) {
    usleep(500);
    /* /proc/TID/stat is about the thread when TID is one. */
    if (sleeper.tid && read_process_stat(sleeper.tid, &stat) && stat.state == 'S') break;
  }
  probe->control->sleeper_tid = sleeper.tid;
  bool ran = run_iterator(probe, "learn_sleeper", 0);
  probe->control->wait_ip = probe->control->sleeper_ip;
  if (!serve_one(probe->own_uffd, range, 1000)) {
    struct uffdio_range whole = {.start = (unsigned long)range->start, .len = range->pages * range->page_size};
    ioctl(probe->own_uffd, UFFDIO_UNREGISTER, &whole);
  }
  pthread_join(thread, NULL);
  return ran;
}

static bool own_vma_flags(struct probe *probe, const char *start, fs_u64 *flags) {
  probe->control->own_vma = (fs_u64)start;
  probe->control->own_vma_flags = 0;
  bool ran = run_iterator(probe, "snapshot_ranges", (unsigned)getpid());
  *flags = probe->control->own_vma_flags;
  return ran;
}

/* A kernel that cannot register shared memory for minor faults has no such bit. */
static bool learn_minor(struct probe *probe) {
  size_t size = (size_t)sysconf(_SC_PAGESIZE);
  char *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return true;
  struct uffdio_register request = {.range = {.start = (unsigned long)page, .len = size}, .mode = MINOR_MODE};
  fs_u64 before = 0, after = 0;
  bool ran = own_vma_flags(probe, page, &before);
  if (ran && ioctl(probe->own_uffd, UFFDIO_REGISTER, &request) == 0) {
    ran = own_vma_flags(probe, page, &after);
    probe->control->minor_flag = before ^ after;
  }
  munmap(page, size);
  return ran;
}

bool learn_kernel(struct probe *probe) {
  probe->own_uffd = open_own_uffd();
  if (probe->own_uffd < 0)
    return fail(probe, "probe-failed", "Use a kernel with CONFIG_USERFAULTFD=y that lets the probe call userfaultfd().",
                "The probe cannot create a userfaultfd: %s.", strerror(errno));
  probe->control->uffd_device = uffd_device();
  if (!learn_self(probe)) return false;
  struct own_range range = {0};
  bool learnt = !register_own(probe->own_uffd, &range, 1) || learn_sleeper(probe, &range);
  release_own(probe->own_uffd, &range);
  return learnt && learn_minor(probe);
}
