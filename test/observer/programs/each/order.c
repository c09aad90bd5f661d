/*
 * The order of wakes: threads of one CPU and one real-time priority sleep on their pages in a known order; one WAKE over
 * all of them makes them runnable, and they run in the order in which the kernel woke them.
 */
#include <sched.h>
#include <stdatomic.h>

#include "../small.h"

#define THREADS 8

static char *range;
static atomic_int arrived;
static int order[THREADS];

static void *sleeper(void *number) {
  int index = (int)(long)number;
  *(volatile char *)(range + index * PAGE) = 1;
  order[atomic_fetch_add(&arrived, 1)] = index;
  return NULL;
}

int main(void) {
  int uffd = uffd_with(0);
  char *bytes = filled(1);
  cpu_set_t one;
  pthread_t threads[THREADS];
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  if (sched_setaffinity(0, sizeof(one), &one)) die("sched_setaffinity");
  struct sched_param priority = {.sched_priority = 10};
  if (sched_setscheduler(0, SCHED_FIFO, &priority)) die("sched_setscheduler");
  range = holes(THREADS);
  enlist(uffd, range, THREADS, MISSING);
  for (long i = 0; i < THREADS; i++) {
    threads[i] = run(sleeper, (void *)i);
    message(uffd); /* it sleeps: only then the next one */
  }
  for (int i = 0; i < THREADS; i++) copy(uffd, range + i * PAGE, bytes, PAGE, UFFDIO_COPY_MODE_DONTWAKE);
  wake(uffd, range, THREADS * PAGE);
  for (int i = 0; i < THREADS; i++) finish(threads[i]);
  for (int i = 0; i < THREADS; i++) say("woken: %d", order[i]);
  return 0;
}
