#define _GNU_SOURCE
#include "collector.h"
#include "fail.h"
#include "ksm.h"
#include "mutator.h"
#include "report.h"
#include "truth.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof set, &set) != 0) fail_errno("cannot run on CPU %d", cpu);
}

static struct histogram *measure_clock(void) {
  struct histogram *h = calloc(1, sizeof *h);
  if (h == NULL) fail("no memory");
  for (int i = 0; i < 20000; i++) {
    uint64_t first = now_ns();
    histogram_add(h, now_ns() - first);
  }
  return h;
}

static void start(pthread_t *thread, void *(*routine)(void *), void *argument) {
  errno = pthread_create(thread, NULL, routine, argument);
  if (errno != 0) fail_errno("cannot start a thread");
}

/* Before any thread exists, so that all inherit the mask and only the descriptor gets the signals. */
static int catch_signals(sigset_t *signals) {
  sigemptyset(signals);
  sigaddset(signals, SIGINT);
  sigaddset(signals, SIGTERM);
  if (pthread_sigmask(SIG_BLOCK, signals, NULL) != 0) fail("cannot block signals");
  int descriptor = signalfd(-1, signals, SFD_CLOEXEC);
  if (descriptor < 0) fail_errno("signalfd");
  return descriptor;
}

/* Stands still with its userfaultfd open, so that a tracer can attach before anything happens. */
static void hold(void) {
  sigset_t go;
  sigemptyset(&go);
  sigaddset(&go, SIGUSR1);
  sigaddset(&go, SIGINT);
  sigaddset(&go, SIGTERM);
  if (pthread_sigmask(SIG_BLOCK, &go, NULL) != 0) fail("cannot block signals");
  int got;
  errno = sigwait(&go, &got);
  if (errno != 0) fail_errno("sigwait");
  if (got != SIGUSR1) exit(0);
}

/* Returns when the compactor has run its last round; a signal makes the round at hand the last one. */
static void wait_for_end(struct collector *c, int signal_descriptor, const sigset_t *signals) {
  struct pollfd waiting[] = {{.fd = c->done_event, .events = POLLIN}, {.fd = signal_descriptor, .events = POLLIN}};
  while (waiting[0].revents == 0) {
    if (poll(waiting, 2, -1) < 0 && errno != EINTR) fail_errno("poll");
    if ((waiting[1].revents & POLLIN) == 0) continue;
    struct signalfd_siginfo info;
    if (read(signal_descriptor, &info, sizeof info) != sizeof info) fail_errno("cannot read the signal");
    atomic_store(&c->stopping, true);
    waiting[1].fd = -1;
    pthread_sigmask(SIG_UNBLOCK, signals, NULL); /* a second signal ends the program at once */
  }
}

static void create(struct collector *c, const struct options *options) {
  c->options = *options;
  c->uffd = uffd_open(options->mode);
  c->stop_event = eventfd(0, EFD_CLOEXEC);
  c->done_event = eventfd(0, EFD_CLOEXEC);
  if (c->stop_event < 0 || c->done_event < 0) fail_errno("eventfd");
  heap_create(&c->heap, options->pages, options->ksm);
  pthread_mutex_init(&c->flip, NULL);
  safepoint_create(&c->safepoint, options->threads);
  c->mutators = calloc(options->threads, sizeof *c->mutators);
  if (c->mutators == NULL) fail("no memory for %u mutators", options->threads);
}

static void run(struct collector *c, int signal_descriptor, const sigset_t *signals) {
  pthread_t compactor, handler;
  start(&handler, handler_main, c);
  for (unsigned i = 0; i < c->options.threads; i++) {
    c->mutators[i].collector = c;
    c->mutators[i].index = i;
  }
  for (unsigned i = 0; i < c->options.threads; i++) start(&c->mutators[i].thread, mutator_main, &c->mutators[i]);
  start(&compactor, compactor_main, c);
  wait_for_end(c, signal_descriptor, signals);
  pthread_join(compactor, NULL);
  atomic_store(&c->mutators_quit, true);
  for (unsigned i = 0; i < c->options.threads; i++) pthread_join(c->mutators[i].thread, NULL);
  /* The handler last: as long as a mutator runs, somebody must serve it. */
  if (eventfd_write(c->stop_event, 1) != 0) fail_errno("cannot stop the handler");
  pthread_join(handler, NULL);
}

int main(int argc, char **argv) {
  static struct collector collector;
  struct options options = options_parse(argc, argv);
  if (options.ksm) fprintf(stderr, "compactor: %s\n", ksm_note());
  if (options.pin >= 0) pin(options.pin);
  sigset_t signals;
  int signal_descriptor = catch_signals(&signals);
  truth_of_thread();
  create(&collector, &options);
  if (options.hold) hold();
  uint64_t began = now_ns();
  struct outcome outcome = {.clock_ns = measure_clock()};
  run(&collector, signal_descriptor, &signals);
  outcome.duration_ns = now_ns() - began;
  outcome.objects = options.pages * OBJECTS_PER_PAGE;
  outcome.wrong = heap_verify(&collector.heap);
  for (unsigned i = 0; i < options.threads; i++) outcome.corrupt_reads += collector.mutators[i].corrupt;
  if (options.json != NULL) report_json(&collector, &outcome, options.json);
  else report_words(&collector, &outcome);
  if (outcome.wrong == 0 && outcome.corrupt_reads == 0) return 0;
  fprintf(stderr, "compactor: %u of %u objects are corrupt, and %llu reads saw one that was\n", outcome.wrong,
          outcome.objects, (unsigned long long)outcome.corrupt_reads);
  return 1;
}
