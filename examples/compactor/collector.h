/* What the threads of the program share. */
#ifndef COMPACTOR_COLLECTOR_H
#define COMPACTOR_COLLECTOR_H

#include "heap.h"
#include "histogram.h"
#include "options.h"
#include "safepoint.h"

#include <linux/types.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mutator;

struct collector {
  struct options options;
  struct heap heap;
  struct safepoint safepoint;
  struct mutator *mutators;
  pthread_mutex_t flip; /* held by the handler while it serves, by the compactor while it begins or ends a round */
  bool collecting;      /* to-space is registered; under `flip` */
  int uffd;
  int stop_event; /* eventfd: readable when the handler shall end */
  int done_event; /* eventfd: readable when the last round has ended */
  atomic_bool stopping;       /* finish the round at hand without rests, then end */
  atomic_bool mutators_quit;

  /* Written by one thread each, read when all have ended. */
  struct histogram round_ns, pause_ns;
  unsigned rounds, forks;
  uint64_t pages_evacuated;
  _Atomic uint64_t already_there; /* pages that a MOVE or COPY found resolved */
  uint64_t messages[256], delivered_reads, delivered_writes;
  struct histogram notify_ns, service_ns, resolve_ns;
};

/* --- uffd_open.c */

/* A userfaultfd with the features the mode needs; ends the program with a reason where there is none. */
int uffd_open(enum mode mode);
void uffd_register(int uffd, char *start, size_t length);
void uffd_unregister(int uffd, char *start, size_t length);

/* --- evacuate.c: the compactor thread */
void *compactor_main(void *collector);

/* --- handler.c: the thread that serves faults */
void *handler_main(void *collector);

#endif
