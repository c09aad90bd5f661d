/* Stops all mutators at a point where none is inside an access, and lets them go again. */
#ifndef COMPACTOR_SAFEPOINT_H
#define COMPACTOR_SAFEPOINT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct safepoint {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  atomic_bool wanted;
  unsigned running; /* mutators that are neither parked nor gone */
};

void safepoint_create(struct safepoint *s, unsigned threads);

/* Returns when no mutator runs. A mutator that waits for a page is not stopped: its page must come first. */
void safepoint_stop(struct safepoint *s);
void safepoint_resume(struct safepoint *s);

/* For mutators, between two accesses. Returns true if it was stopped meanwhile. */
bool safepoint_poll(struct safepoint *s);

/* For a mutator that ends. */
void safepoint_leave(struct safepoint *s);

#endif
