/*
 * CLOCK_MONOTONIC from the processor's counter, at a third of the price of asking libc: the recorder compares the two
 * every few milliseconds and leaves the line between them on the control page. Only where the kernel itself keeps time
 * by the counter; elsewhere `rate` stays 0 and everybody asks libc.
 */
#ifndef FAULTSCOPE_TSC_H
#define FAULTSCOPE_TSC_H

#include <time.h>

#include "events.h"

struct fs_tsc {
  /* Odd while the other three change. */
  fs_u32 sequence;
  fs_u32 reserved;
  fs_u64 ticks, ns;
  /* Nanoseconds a tick, times 2^32. */
  fs_u64 rate;
};

static inline fs_u64 fs_clock_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (fs_u64)time.tv_sec * 1000000000ull + (fs_u64)time.tv_nsec;
}

static inline fs_u64 fs_ticks(void) { return __builtin_ia32_rdtsc(); }

static inline fs_u64 fs_tsc_ns(const struct fs_tsc *tsc) {
  fs_u32 before = __atomic_load_n(&tsc->sequence, __ATOMIC_ACQUIRE);
  fs_u64 ticks = __atomic_load_n(&tsc->ticks, __ATOMIC_RELAXED), ns = __atomic_load_n(&tsc->ns, __ATOMIC_RELAXED);
  fs_u64 rate = __atomic_load_n(&tsc->rate, __ATOMIC_RELAXED);
  fs_s64 passed = (fs_s64)(fs_ticks() - ticks);
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  if (!rate || before & 1 || __atomic_load_n(&tsc->sequence, __ATOMIC_RELAXED) != before) return fs_clock_ns();
  return ns + (fs_u64)(fs_s64)(((__int128)passed * (fs_s64)rate) >> 32);
}

/* For the one who keeps it. */
static inline void fs_tsc_set(struct fs_tsc *tsc, fs_u64 ticks, fs_u64 ns, fs_u64 rate) {
  __atomic_fetch_add(&tsc->sequence, 1, __ATOMIC_ACQ_REL);
  __atomic_store_n(&tsc->ticks, ticks, __ATOMIC_RELAXED);
  __atomic_store_n(&tsc->ns, ns, __ATOMIC_RELAXED);
  __atomic_store_n(&tsc->rate, rate, __ATOMIC_RELAXED);
  __atomic_fetch_add(&tsc->sequence, 1, __ATOMIC_RELEASE);
}

#endif
