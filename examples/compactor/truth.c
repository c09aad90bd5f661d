#include "truth.h"

#include "fail.h"
#include "uffd.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 128 };

static __thread struct truth *mine;
static struct truth *all[MAX_THREADS];
static unsigned all_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

const char *op_name(enum op op) {
  static const char *const names[] = {"API",      "REGISTER", "UNREGISTER", "WAKE",   "COPY",
                                      "ZEROPAGE", "MOVE",     "mremap",     "madvise"};
  return names[op];
}

struct truth *truth_of_thread(void) {
  if (mine != NULL) return mine;
  mine = calloc(1, sizeof *mine);
  pthread_mutex_lock(&lock);
  if (mine == NULL || all_count == MAX_THREADS) fail("no memory for the record of a thread");
  all[all_count++] = mine;
  pthread_mutex_unlock(&lock);
  return mine;
}

void truth_begin(void) { mine->begin_ns = now_ns(); }

static struct site *site_at(struct truth *t, enum op op, const char *file, int line, const char *function) {
  for (unsigned i = 0; i < t->site_count; i++)
    if (t->sites[i].line == line && t->sites[i].op == op && t->sites[i].function == function) return &t->sites[i];
  if (t->site_count == SITE_COUNT) fail("more than %d call sites", SITE_COUNT);
  struct site *site = &t->sites[t->site_count++];
  *site = (struct site){.file = file, .function = function, .line = line, .op = op};
  return site;
}

static void count(struct tally *tally, int error, int64_t bytes) {
  tally->calls++;
  if (error == 0) tally->ok++;
  else tally->errors[error < ERRNO_COUNT ? error : 0]++;
  if (error == EAGAIN && bytes > 0) tally->partial++;
  if (bytes > 0) tally->bytes += (uint64_t)bytes;
}

/* What the kernel wrote into the argument's result field: bytes done, or -errno. */
static int64_t outcome(enum op op, const void *argument) {
  switch (op) {
    case OP_COPY: return ((const struct uffdio_copy *)argument)->copy;
    case OP_MOVE: return ((const struct uffdio_move *)argument)->move;
    case OP_ZEROPAGE: return ((const struct uffdio_zeropage *)argument)->zeropage;
    default: return 0;
  }
}

static int record(enum op op, const char *file, int line, const char *function, int64_t bytes, int result, int error) {
  struct truth *t = mine;
  histogram_add(&t->durations[op], t->end_ns - t->begin_ns);
  count(&t->tally[op], result == 0 ? 0 : error, bytes);
  count(&site_at(t, op, file, line, function)->tally, result == 0 ? 0 : error, bytes);
  errno = error;
  return result;
}

int truth_end(enum op op, const char *file, int line, const char *function, const void *argument, int result) {
  mine->end_ns = now_ns();
  return record(op, file, line, function, outcome(op, argument), result, errno);
}

int truth_end_call(enum op op, const char *file, int line, const char *function, uint64_t bytes, int result) {
  mine->end_ns = now_ns();
  return record(op, file, line, function, result == 0 ? (int64_t)bytes : 0, result, errno);
}

static void add(struct tally *into, const struct tally *from) {
  into->calls += from->calls;
  into->ok += from->ok;
  into->partial += from->partial;
  into->bytes += from->bytes;
  for (unsigned i = 0; i < ERRNO_COUNT; i++) into->errors[i] += from->errors[i];
}

struct truth *truth_merged(void) {
  struct truth *sum = calloc(1, sizeof *sum);
  if (sum == NULL) fail("no memory for the sum of the records");
  for (unsigned i = 0; i < all_count; i++) {
    for (enum op op = 0; op < OP_COUNT; op++) {
      add(&sum->tally[op], &all[i]->tally[op]);
      histogram_merge(&sum->durations[op], &all[i]->durations[op]);
    }
    for (unsigned s = 0; s < all[i]->site_count; s++) {
      const struct site *site = &all[i]->sites[s];
      add(&site_at(sum, site->op, site->file, site->line, site->function)->tally, &site->tally);
    }
  }
  return sum;
}
