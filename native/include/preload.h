/*
 * What the preload library and the addon share: a sealed memfd whose first page is the control page and whose rest is a
 * ring of the records of events.h. The library finds it by the variable FS_PRELOAD_VARIABLE, "PID FD COOKIE": the
 * recorder's process, its descriptor of the memfd, and the control page's cookie in hex.
 *
 * A producer moves `producer` on (compare and swap), writes the header with FS_PRELOAD_BUSY, then the record, then the
 * header without it. The consumer zeroes what it has read before it moves `consumer` on, so a header that is not yet
 * written reads as 0. Every process of the target can write anything anywhere in here.
 */
#ifndef FAULTSCOPE_PRELOAD_H
#define FAULTSCOPE_PRELOAD_H

#include "events.h"
#include "tsc.h"

#define FS_PRELOAD_MAGIC 0x4c505346 /* "FSPL" */
#define FS_PRELOAD_VARIABLE "FAULTSCOPE_RING"
#define FS_PRELOAD_NAME "faultscope-ring"
#define FS_PRELOAD_CONTROL_BYTES 4096

#define FS_PRELOAD_BUSY (1u << 31)

/* The ring's first page is mapped again behind its end, so that no record wraps: header and record fit into one. */
#define FS_PRELOAD_MAX_STEP 4096

struct fs_preload_header {
  /* Of the record, without header and padding; the record begins at the next multiple of 8. */
  fs_u32 bytes;
  /* Who writes it: a record of a thread that died meanwhile is skipped. */
  fs_u32 tid;
};

struct fs_preload_control {
  fs_u32 magic;
  /* FS_EVENTS_VERSION */
  fs_u32 version;
  /* A power of two. */
  fs_u32 ring_bytes;
  /* Set when the recording has ended: nothing is written and nothing counted any more. */
  fs_u32 closed;
  fs_u64 cookie;
  /* How many programs have loaded the library. */
  fs_u64 loaded;
  struct fs_counters counters;
  struct fs_tsc tsc __attribute__((aligned(128)));
  /* Lines of their own: everybody writes the one and one process the other. */
  fs_u64 producer __attribute__((aligned(128)));
  fs_u64 consumer __attribute__((aligned(128)));
};

/* Median of recorded minus own duration of an ioctl, measured by the library itself in the process that loads it with
   dlopen, by the clock of `tsc`. Returns 0, or -1 if it cannot be measured here. */
#define FS_PRELOAD_MEASURE "faultscope_measure_ioctl"
typedef int fs_preload_measure(const struct fs_tsc *tsc, fs_s64 *bias_ns);

#endif
