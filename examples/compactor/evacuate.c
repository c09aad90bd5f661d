#define _GNU_SOURCE
#include "fail.h"
#include "ksm.h"
#include "resolve.h"
#include "truth.h"

#include <sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int move_batch(int uffd, struct uffdio_move *move) {
  return TIMED_IOCTL(OP_MOVE, uffd, UFFDIO_MOVE, move);
}

static int copy_batch(int uffd, struct uffdio_copy *copy) {
  return TIMED_IOCTL(OP_COPY, uffd, UFFDIO_COPY, copy);
}

/* The child does nothing but live: that alone makes every page of from-space shared until it is written again. */
static pid_t fork_idle_child(struct collector *c) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) fail_errno("fork");
  if (child == 0) {
    close(c->uffd); /* its ranges are not registered in here, and a second descriptor would outlive the first */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent) pause();
    _exit(0);
  }
  c->forks++;
  return child;
}

static void end_child(pid_t child) {
  kill(child, SIGKILL);
  if (waitpid(child, NULL, 0) != child) fail_errno("waitpid");
}

static bool claim(struct heap *heap, unsigned page) {
  uint8_t todo = PAGE_TODO;
  return atomic_compare_exchange_strong(&heap->state[page], &todo, PAGE_BUSY);
}

/* Whether `page` of to-space can go in one call with the page before it. */
static bool continues(const struct collector *c, unsigned page) {
  const struct heap *heap = &c->heap;
  unsigned from = heap->source[page];
  if (from != heap->source[page - 1] + 1) return false; /* garbage in between */
  return c->options.mode != MODE_MREMAP || !heap->seam[heap->active ^ 1][from];
}

static void rest(struct collector *c) {
  if (c->options.pause_us == 0 || atomic_load(&c->stopping)) return;
  struct timespec time = {.tv_sec = c->options.pause_us / 1000000, .tv_nsec = c->options.pause_us % 1000000 * 1000};
  nanosleep(&time, NULL);
}

static void evacuate(struct collector *c) {
  static const struct calls calls = {.move = move_batch, .copy = copy_batch};
  struct heap *heap = &c->heap;
  for (unsigned page = 0; page < heap->pages;) {
    if (!claim(heap, page)) { /* the handler has it */
      page++;
      continue;
    }
    struct range range = {.to = page, .from = heap->source[page], .count = 1};
    while (range.count < c->options.batch && ++page < heap->pages && continues(c, page) && claim(heap, page))
      range.count++;
    page = range.to + range.count;
    resolve_range(c, range, &calls);
    rest(c);
  }
  for (unsigned page = 0; page < heap->pages; page++)
    while (atomic_load(&heap->state[page]) != PAGE_DONE) sched_yield();
}

static bool wants_fork(const struct options *o, unsigned round) {
  return round == o->fork_at || (o->fork_every != 0 && round % o->fork_every == 0);
}

static void collect(struct collector *c, unsigned round) {
  struct heap *heap = &c->heap;
  uint64_t stop_ns = now_ns();
  safepoint_stop(&c->safepoint);
  pthread_mutex_lock(&c->flip);
  if (round > 1) heap_churn(heap);
  pid_t child = wants_fork(&c->options, round) ? fork_idle_child(c) : 0;
  heap_flip(heap);
  char *to_space = heap_page(heap, heap->active, 0);
  uffd_register(c->uffd, to_space, heap->pages * heap->page_size);
  c->collecting = true;
  pthread_mutex_unlock(&c->flip);
  uint64_t begin_ns = now_ns();
  safepoint_resume(&c->safepoint);
  evacuate(c);
  histogram_add(&c->pause_ns, begin_ns - stop_ns);
  histogram_add(&c->round_ns, now_ns() - begin_ns);
  /* Nobody can be waiting now; UNREGISTER would let waiters go on with zeros. */
  pthread_mutex_lock(&c->flip);
  c->collecting = false;
  uffd_unregister(c->uffd, to_space, heap->pages * heap->page_size);
  heap_clear_space(heap, heap->active ^ 1, c->options.mode == MODE_MREMAP);
  pthread_mutex_unlock(&c->flip);
  if (child != 0) end_child(child);
  c->pages_evacuated += heap->pages;
  c->rounds++;
}

void *compactor_main(void *argument) {
  struct collector *c = argument;
  prctl(PR_SET_NAME, "compactor");
  truth_of_thread();
  for (unsigned round = 1; c->options.rounds == 0 || round <= c->options.rounds; round++) {
    if (c->options.ksm) ksm_wait(c);
    if (atomic_load(&c->stopping)) break;
    collect(c, round);
  }
  if (eventfd_write(c->done_event, 1) != 0) fail_errno("cannot report the end");
  return NULL;
}
