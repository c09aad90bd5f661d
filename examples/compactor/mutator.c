#define _GNU_SOURCE
#include "mutator.h"

#include "fail.h"
#include "truth.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BETWEEN_RESTS = 8 };

static void touch(struct object *object, bool write) {
  if (write) atomic_fetch_add_explicit(&object->touched, 1, memory_order_relaxed);
  else (void)atomic_load_explicit(&object->touched, memory_order_relaxed);
}

/*
 * The first access to a page that may not be there. Whether it faulted is not guessed from its duration: the kernel's
 * own count of this thread's faults says so. (One access is one fault there, however often it had to be retried.)
 */
static void timed_touch(struct mutator *m, struct object *object, bool write) {
  getrusage(RUSAGE_THREAD, &m->before);
  uint64_t began = now_ns();
  atomic_store_explicit(&m->access_began_ns, began, memory_order_relaxed);
  touch(object, write);
  uint64_t ended = now_ns();
  getrusage(RUSAGE_THREAD, &m->after);
  atomic_store_explicit(&m->access_began_ns, 0, memory_order_relaxed);
  long faults = m->after.ru_minflt + m->after.ru_majflt - m->before.ru_minflt - m->before.ru_majflt;
  if (faults == 0) return;
  if (faults > 1) m->ambiguous++;
  if (write) m->write_faults++;
  else m->read_faults++;
  histogram_add(&m->fault_ns, ended - began);
}

/*
 * After a fork the thread's own memory is shared until it is written, and each such first write is a fault too. Taking
 * them here, between two accesses, keeps them out of the count.
 */
static void settle(struct mutator *m) {
  _Alignas(64) uint64_t elsewhere[1];
  atomic_store(&m->access_began_ns, 0);
  *(volatile uint64_t *)elsewhere = now_ns();
  getrusage(RUSAGE_THREAD, &m->before);
  getrusage(RUSAGE_THREAD, &m->after);
}

static void use_object(struct mutator *m, unsigned id, bool write) {
  struct heap *heap = &m->collector->heap;
  struct object *object = heap_object(heap, id);
  uint8_t state = atomic_load_explicit(&heap->state[heap->place[id / OBJECTS_PER_PAGE]], memory_order_acquire);
  if (state != PAGE_DONE) timed_touch(m, object, write);
  m->accesses++;
  if (!object_consistent(heap, object)) m->corrupt++;
  if (!write) return;
  object_write(heap, id);
  m->writes++;
}

void *mutator_main(void *argument) {
  struct mutator *m = argument;
  struct collector *c = m->collector;
  char name[16];
  snprintf(name, sizeof name, "mutator-%u", m->index);
  prctl(PR_SET_NAME, name);
  atomic_store(&m->tid, (int)syscall(SYS_gettid));
  m->random = 0x853c49e6748fea9bull + m->index;
  unsigned objects = c->heap.pages * OBJECTS_PER_PAGE;
  unsigned own = (objects - m->index + c->options.threads - 1) / c->options.threads;
  settle(m);
  for (uint64_t n = 1; !atomic_load_explicit(&c->mutators_quit, memory_order_relaxed); n++) {
    if (safepoint_poll(&c->safepoint)) settle(m);
    uint64_t r = random_next(&m->random);
    /* Objects are dealt out like cards, so threads share pages but never an object. */
    unsigned id = m->index + c->options.threads * (unsigned)(r % own);
    use_object(m, id, !c->options.ksm && (r >> 60) < 4);
    if (c->options.pause_us > 0 && n % BETWEEN_RESTS == 0) usleep(c->options.pause_us);
  }
  safepoint_leave(&c->safepoint);
  return NULL;
}

struct fault_totals *faults_of_all(const struct collector *c) {
  struct fault_totals *sum = calloc(1, sizeof *sum);
  if (sum == NULL) fail("no memory for the report");
  for (unsigned i = 0; i < c->options.threads; i++) {
    const struct mutator *m = &c->mutators[i];
    sum->reads += m->read_faults;
    sum->writes += m->write_faults;
    sum->ambiguous += m->ambiguous;
    histogram_merge(&sum->latency, &m->fault_ns);
  }
  return sum;
}
