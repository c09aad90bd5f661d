/*
 * The library's own constant, measured in the recorder's process, which has loaded it with dlopen: the same calls through
 * the same entry, timed from outside as a traced program would. Medians, because a thread may be preempted anywhere.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "preload.h"
#include "raw.h"

#define CALLS 400
#define WARM 32
#define RING_BYTES 131072

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

int fs_entry_ioctl(int fd, unsigned long request, void *argument) FS_HIDDEN;

static int compare(const void *a, const void *b) {
  fs_s64 x = *(const fs_s64 *)a, y = *(const fs_s64 *)b;
  return (x > y) - (x < y);
}

static int open_uffd(void) {
  int fd = (int)fs_raw(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY, 0, 0, 0, 0, 0);
  struct uffdio_api api = {.api = UFFD_API};
  if (fd >= 0) fs_raw(SYS_ioctl, fd, UFFDIO_API, (long)&api, 0, 0, 0);
  return fd;
}

/* Recorded duration of the call that was made last. */
static fs_s64 last_recorded(void) {
  const struct fs_ioctl *record = (const void *)(fs_data + fs_control->producer - sizeof(*record));
  return record->head.kind == FS_IOCTL ? (fs_s64)record->duration_ns : -1;
}

/* To wake where nobody waits succeeds at once, after everything that the library does has happened. */
static int measure(int fd, fs_s64 *bias_ns) {
  fs_s64 bias[CALLS];
  for (int i = 0; i < CALLS; i++) {
    struct uffdio_range request = {.start = (fs_u64)(uintptr_t)fs_self, .len = 4096};
    fs_u64 start = fs_clock_ns();
    fs_entry_ioctl(fd, UFFDIO_WAKE, &request);
    fs_s64 own = (fs_s64)(fs_clock_ns() - start), recorded = last_recorded();
    if (recorded < 0) return -1;
    bias[i] = recorded - own;
  }
  qsort(bias + WARM, CALLS - WARM, sizeof(bias[0]), compare);
  *bias_ns = bias[WARM + (CALLS - WARM) / 2];
  return 0;
}

__attribute__((visibility("default"))) int faultscope_measure_ioctl(const struct fs_tsc *tsc, fs_s64 *bias_ns);
__attribute__((visibility("default"))) int faultscope_measure_ioctl(const struct fs_tsc *tsc, fs_s64 *bias_ns) {
  /* A recorder that is itself recorded has a ring already, and it is not ours to fill. */
  if (fs_control) return -1;
  int fd = open_uffd();
  if (fd < 0) return -1;
  struct fs_preload_control *control = aligned_alloc(4096, FS_PRELOAD_CONTROL_BYTES + RING_BYTES);
  int result = -1;
  if (control) {
    memset(control, 0, FS_PRELOAD_CONTROL_BYTES + RING_BYTES);
    control->ring_bytes = RING_BYTES;
    control->tsc = *tsc;
    if (fs_use_ring(control, (fs_u8 *)control + FS_PRELOAD_CONTROL_BYTES)) result = measure(fd, bias_ns);
    __atomic_store_n(&fs_control, NULL, __ATOMIC_RELEASE);
  }
  free(control);
  fs_raw(SYS_close, fd, 0, 0, 0, 0, 0);
  return result;
}
