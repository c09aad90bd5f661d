/*
 * What the program knows about itself: every ioctl, by operation, errno and call site, with its duration.
 *
 * Each thread writes its own record, so keeping the truth takes no lock; they are added up when all have ended.
 */
#ifndef COMPACTOR_TRUTH_H
#define COMPACTOR_TRUTH_H

#include "histogram.h"

#include <stdint.h>

enum op { OP_API, OP_REGISTER, OP_UNREGISTER, OP_WAKE, OP_COPY, OP_ZEROPAGE, OP_MOVE, OP_MREMAP, OP_MADVISE, OP_COUNT };

enum { ERRNO_COUNT = 140, SITE_COUNT = 32 };

struct tally {
  uint64_t calls, ok;
  uint64_t partial; /* those with EAGAIN after part of the range was done; counted in errors too */
  uint64_t bytes;
  uint64_t errors[ERRNO_COUNT];
};

struct site {
  const char *file, *function;
  int line;
  enum op op;
  struct tally tally;
};

struct truth {
  struct tally tally[OP_COUNT];
  struct histogram durations[OP_COUNT];
  struct site sites[SITE_COUNT];
  unsigned site_count;
  uint64_t begin_ns, end_ns; /* of the latest call */
};

/* CLOCK_MONOTONIC in ns. */
uint64_t now_ns(void);

/* Gives the calling thread its record; must come before its first TIMED_IOCTL. */
struct truth *truth_of_thread(void);

/* Adds up the records of all threads into a fresh one. Call when they have ended. */
struct truth *truth_merged(void);

const char *op_name(enum op op);

/*
 * The call, timed and counted, where it stands: a macro, because the line of the program that a tracer shows is the
 * line of the ioctl() itself. Keep each use on one line. The value is that of ioctl(), and errno is kept.
 */
#define TIMED_IOCTL(op, uffd, request, argument) \
  (truth_begin(), truth_end(op, __FILE__, __LINE__, __func__, (argument), ioctl((uffd), (request), (argument))))

/* The same for other system calls; `bytes` is what a success is worth. */
#define TIMED_CALL(op, bytes, call) \
  (truth_begin(), truth_end_call(op, __FILE__, __LINE__, __func__, (bytes), (call) == -1 ? -1 : 0))

void truth_begin(void);
int truth_end(enum op op, const char *file, int line, const char *function, const void *argument, int result);
int truth_end_call(enum op op, const char *file, int line, const char *function, uint64_t bytes, int result);

#endif
