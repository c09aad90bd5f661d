/*
 * The tracer's own constant: the probe traces itself for a moment and compares what was recorded with what it measured
 * with its own clock, as a traced program would. Medians, because a thread may be preempted anywhere.
 */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "probe.h"

#define CALLS 400
#define FAULTS 96
/* The first ones warm caches and are left out. */
#define WARM 32

struct samples {
  long long values[CALLS];
  size_t count;
};

struct measurement {
  struct probe *probe;
  struct fs_site site;
  struct own_range range;
  /* What the probe's own clock says, in the order made. */
  long long call_ns[CALLS], fault_ns[FAULTS];
  struct samples calls, faults;
  size_t seen_calls;
};

static int compare(const void *a, const void *b) {
  long long x = *(const long long *)a, y = *(const long long *)b;
  return (x > y) - (x < y);
}

static long long median(struct samples *samples) {
  if (samples->count == 0) return 0;
  qsort(samples->values, samples->count, sizeof(samples->values[0]), compare);
  return samples->values[samples->count / 2];
}

static void add_sample(struct samples *samples, long long value) {
  if (samples->count < CALLS) samples->values[samples->count++] = value;
}

extern const char __executable_start[], etext[];

/* The probe calls ioctl() through the same libc as most targets: where that keeps its return address holds there too. */
static void learn_caller(struct fs_control *control, const struct fs_site *site) {
  unsigned long low = (unsigned long)__executable_start, high = (unsigned long)etext;
  for (fs_u32 i = 0; i < site->stack_bytes / 8; i++) {
    fs_u64 word;
    memcpy(&word, site->stack + i * 8, 8);
    if (word < low || word >= high) continue;
    control->ioctl_caller = (struct fs_caller){1, site->registers[0] & 0xfff, i, 0};
    return;
  }
}

static int on_record(void *context, void *data, size_t size) {
  struct measurement *measurement = context;
  const struct fs_head *head = data;
  if (head->kind == FS_SITE && size >= sizeof(struct fs_site)) {
    memcpy(&measurement->site, data, sizeof(struct fs_site));
  } else if (head->kind == FS_IOCTL && size >= sizeof(struct fs_ioctl)) {
    const struct fs_ioctl *call = data;
    if (call->site_key == measurement->site.key) learn_caller(measurement->probe->control, &measurement->site);
    if (call->request != UFFDIO_COPY || measurement->seen_calls >= CALLS) return 0;
    size_t i = measurement->seen_calls++;
    if (i >= WARM) add_sample(&measurement->calls, (long long)call->duration_ns - measurement->call_ns[i]);
  } else if (head->kind == FS_FAULT && size >= sizeof(struct fs_fault)) {
    const struct fs_fault *fault = data;
    size_t page = (fault->address - (unsigned long)measurement->range.start) / measurement->range.page_size;
    if (page >= FAULTS) return 0;
    if (page >= WARM / 2) add_sample(&measurement->faults, (long long)fault->duration_ns - measurement->fault_ns[page]);
  }
  return 0;
}

static void *touch_pages(void *argument) {
  struct measurement *measurement = argument;
  for (size_t i = 0; i < FAULTS; i++) {
    unsigned long long start = now_ns();
    *(volatile char *)(measurement->range.start + i * measurement->range.page_size) = 1;
    measurement->fault_ns[i] = (long long)(now_ns() - start);
  }
  return NULL;
}

/* A COPY of length 0 is refused early, after everything that a tracer touches has happened. */
static void make_calls(int uffd, struct measurement *measurement) {
  for (size_t i = 0; i < CALLS; i++) {
    struct uffdio_copy copy = {.dst = (unsigned long)measurement->range.start};
    unsigned long long start = now_ns();
    ioctl(uffd, UFFDIO_COPY, &copy);
    measurement->call_ns[i] = (long long)(now_ns() - start);
  }
}

static void make_faults(int uffd, struct measurement *measurement) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, touch_pages, measurement) != 0) return;
  for (int i = 0; i < FAULTS; i++) {
    if (serve_one(uffd, &measurement->range, 1000)) continue;
    struct uffdio_range whole = {.start = (unsigned long)measurement->range.start,
                                 .len = FAULTS * measurement->range.page_size};
    ioctl(uffd, UFFDIO_UNREGISTER, &whole); /* lets the thread end by itself */
    break;
  }
  pthread_join(thread, NULL);
}

/* What the probe did to itself is nobody's recording: this also empties the ring. */
static void read_records(struct probe *probe, struct measurement *measurement) {
  struct ring_buffer *ring = ring_buffer__new(probe->ring_fd, on_record, measurement, NULL);
  if (ring) ring_buffer__consume(ring);
  ring_buffer__free(ring);
}

static bool measure(struct probe *probe, struct measurement *measurement) {
  unsigned self = (unsigned)getpid();
  bool ready = register_own(probe->own_uffd, &measurement->range, FAULTS) && attach_faults(probe, self) &&
               follow_process(probe, self);
  if (ready) {
    make_calls(probe->own_uffd, measurement);
    /* The smallest ring holds either these or those. */
    read_records(probe, measurement);
    make_faults(probe->own_uffd, measurement);
  }
  unfollow_process(probe, self);
  read_records(probe, measurement);
  release_own(probe->own_uffd, &measurement->range);
  if (!ready && !probe->reply.code[0])
    return fail(probe, "probe-failed", "Report this with the kernel version.", "The probe cannot calibrate itself.");
  return ready;
}

bool calibrate(struct probe *probe) {
  struct measurement *measurement = calloc(1, sizeof(*measurement));
  if (!measurement) return fail(probe, "probe-failed", "Free some memory.", "The probe is out of memory.");
  measurement->probe = probe;
  bool ready = measure(probe, measurement);
  if (ready && measurement->faults.count < FAULTS / 2 && probe->fault_end == FAULT_END_RELEASE) {
    /* This kernel finishes userfaults without mmap_lock. */
    release_links(&probe->faults);
    probe->fault_end = FAULT_END_COUNT;
    memset(measurement, 0, sizeof(*measurement));
    measurement->probe = probe;
    ready = measure(probe, measurement);
  }
  if (probe->fault_end == FAULT_END_COUNT) release_links(&probe->faults);
  if (measurement->calls.count >= CALLS / 2 && measurement->faults.count >= FAULTS / 2) {
    probe->reply.calibrated = 1;
    probe->reply.ioctl_bias_ns = median(&measurement->calls);
    probe->reply.fault_bias_ns = median(&measurement->faults);
  }
  free(measurement);
  return ready;
}
