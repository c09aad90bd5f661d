/* A thread that reads and writes its share of the objects, and times the accesses that fault. */
#ifndef COMPACTOR_MUTATOR_H
#define COMPACTOR_MUTATOR_H

#include "collector.h"

#include <pthread.h>
#include <sys/resource.h>

struct mutator {
  struct collector *collector;
  unsigned index;
  pthread_t thread;
  atomic_int tid;
  _Atomic uint64_t access_began_ns; /* so that the handler can tell how long a message took to reach it; 0: none */
  struct rusage before, after;      /* here, not on the stack: see settle() */
  uint64_t random;
  uint64_t accesses, writes;
  uint64_t read_faults, write_faults;
  uint64_t ambiguous; /* accesses during which the thread took more than one fault */
  uint64_t corrupt;   /* objects whose checksum did not fit when read */
  struct histogram fault_ns;
};

void *mutator_main(void *mutator);

struct fault_totals {
  uint64_t reads, writes, ambiguous;
  struct histogram latency;
};

/* The faults of all mutators, added up when they have ended; for free(). */
struct fault_totals *faults_of_all(const struct collector *c);

#endif
