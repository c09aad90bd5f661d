/*
 * Random failures with known causes: keeps a model of every page, predicts the errno of each call, and writes one line of
 * JSON a failed call with what it owes it to. A prediction that the kernel does not confirm ends the program: the truth is
 * checked by the kernel itself. `storm FAILURES SEED TRUTH`.
 */
#include "causes.h"

#include <linux/io_uring.h>
#include <stdint.h>

char bytes[8 * 4096] __attribute__((aligned(4096)));

#define PAGES 512
#define THREADS 3

/* Something that was done: where in this file, and between which instants. */
struct deed {
  int line;
  unsigned long long from, to;
};

enum state { NEVER, HOLE, DATA, ZERO, MARKER };

struct page {
  enum state state;
  /* `shared`: by the fork `fork_deed`. */
  bool shared;
  const char *kind;
  struct deed by;
};

struct region {
  char *start;
  bool registered;
  struct deed mapped;
  struct page page[PAGES];
};

static struct region to, from;
static struct deed fork_deed;
static int uffd, ring, wanted;
static int failures;
static FILE *truth;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static uint64_t seed;

void expect(bool right, const char *what) {
  if (right) return;
  fprintf(stderr, "not so: %s (errno %s) after %d failures\n", what, strerror(errno), failures);
  exit(4);
}

void reap(pid_t child) {
  if (child == 0) _exit(0);
  EXPECT(child > 0 && waitpid(child, NULL, 0) == child);
}

static unsigned pick(unsigned below) {
  seed = seed * 6364136223846793005ull + 1442695040888963407ull;
  return (unsigned)(seed >> 33) % below;
}

/* Does something and remembers where and when. */
#define DO(into, what)                                   \
  do {                                                   \
    (into) = (struct deed){__LINE__, now_ns(), 0};       \
    EXPECT(what);                                        \
    (into).to = now_ns();                                \
  } while (0)

/* A call that must give `error`; written down when it is one. */
#define CALLS(error, why, cause_deed, call)                                                                       \
  do {                                                                                                            \
    int gave = (call);                                                                                            \
    if (gave != (error)) fprintf(stderr, "line %d: %d, not %d for %s\n", __LINE__, gave, error, (const char *)(why)); \
    EXPECT(gave == (error));                                                                                      \
    if (gave) tell(__LINE__, gave, why, cause_deed);                                                              \
  } while (0)

static void tell(int line, int error, const char *kind, struct deed by) {
  failures++;
  fprintf(truth, "{\"tid\":%d,\"line\":%d,\"errno\":%d,\"kind\":\"%s\",\"causeLine\":%d,\"from\":%llu,\"to\":%llu}\n", gettid(),
          line, error, kind, by.line, by.from, by.to);
}

static const struct deed NONE;

/* What MOVE of one page answers, and why. Destination first, as the kernel looks. */
static int predict(const struct page *dst, const struct page *src, const char **kind, struct deed *by) {
  if (dst->state == DATA || dst->state == ZERO || dst->state == MARKER) {
    *kind = dst->state == MARKER ? "marker" : "populated";
    *by = dst->by;
    return EEXIST;
  }
  *kind = src->kind;
  *by = src->by;
  if (src->state == NEVER || src->state == HOLE) return ENOENT;
  if (src->state == MARKER) return EFAULT;
  if (!src->shared || src->state == ZERO) return 0;
  *kind = "fork";
  *by = fork_deed;
  return EBUSY;
}

static void moved(struct page *dst, struct page *src, struct deed by) {
  dst->state = src->state;
  dst->shared = false;
  dst->kind = "populated";
  dst->by = by;
  *src = (struct page){.state = HOLE, .kind = "moved-away", .by = by};
}

static void move_some(void) {
  struct region *source = pick(3) ? &from : &to;
  unsigned pages = pick(4) ? 1 : 1 + pick(4), at = pick(PAGES - pages), start = pick(PAGES - pages);
  if (source == &to && at + pages > start && start + pages > at) return;
  const char *kind = NULL;
  struct deed by = NONE;
  unsigned good = 0;
  int error = 0;
  while (good < pages && !(error = predict(&to.page[at + good], &source->page[start + good], &kind, &by))) good++;
  char *dst = to.start + at * PAGE, *src = source->start + start * PAGE;
  struct deed own = {__LINE__ + 1, now_ns(), 0};
  CALLS(good == pages ? 0 : good ? EAGAIN : error, kind, by, MOVE(uffd, dst, src, pages));
  own.to = now_ns();
  for (unsigned i = 0; i < good; i++) moved(&to.page[at + i], &source->page[start + i], own);
  if (good == 0 || good == pages || pick(10) > 7) return;
  CALLS(error, kind, by, MOVE(uffd, dst + good * PAGE, src + good * PAGE, pages - good));
}

/* COPY overwrites markers. */
static void copy_some(void) {
  unsigned pages = pick(3) ? 1 : 1 + pick(4), at = pick(PAGES - pages), good = 0;
  while (good < pages && to.page[at + good].state != DATA && to.page[at + good].state != ZERO) good++;
  int error = good == pages ? 0 : good ? EAGAIN : EEXIST;
  struct deed by = good < pages ? to.page[at + good].by : NONE, own = {__LINE__ + 1, now_ns(), 0};
  CALLS(error, "populated", by, COPY(uffd, to.start + at * PAGE, bytes, pages));
  own.to = now_ns();
  for (unsigned i = 0; i < good; i++) to.page[at + i] = (struct page){.state = DATA, .kind = "populated", .by = own};
}

static void zero_one(void) {
  struct page *page = &to.page[pick(PAGES)];
  const char *kind = page->state == MARKER ? "marker" : "populated";
  bool empty = page->state == NEVER || page->state == HOLE;
  struct deed own = {__LINE__ + 1, now_ns(), 0};
  CALLS(empty ? 0 : EEXIST, kind, page->by, ZEROPAGE(uffd, to.start + (page - to.page) * PAGE, 1));
  own.to = now_ns();
  if (empty) *page = (struct page){.state = ZERO, .kind = "populated", .by = own};
}

static void poison_one(void) {
  struct page *page = &to.page[pick(PAGES)];
  if (page->state != NEVER && page->state != HOLE) return;
  struct deed own;
  DO(own, POISON(uffd, to.start + (page - to.page) * PAGE, 1) == 0);
  *page = (struct page){.state = MARKER, .kind = "poison", .by = own};
}

static void guard_one(void) {
  struct page *page = &from.page[pick(PAGES)];
  struct deed own;
  DO(own, madvise(from.start + (page - from.page) * PAGE, PAGE, 102) == 0);
  *page = (struct page){.state = MARKER, .kind = "guard", .by = own};
}

static void drop_some(void) {
  struct region *region = pick(2) ? &to : &from;
  unsigned pages = 1 + pick(24), at = pick(PAGES - pages);
  struct deed own;
  /* Dropping takes no guard away. */
  for (unsigned i = 0; i < pages; i++)
    if (region->page[at + i].state == MARKER && region == &from) return;
  DO(own, madvise(region->start + at * PAGE, pages * PAGE, MADV_DONTNEED) == 0);
  for (unsigned i = 0; i < pages; i++) region->page[at + i] = (struct page){.state = HOLE, .kind = "dropped", .by = own};
}

/* Plain stores leave no event. */
static void store_some(void) {
  unsigned pages = 1 + pick(48), at = pick(PAGES - pages);
  for (unsigned i = at; i < at + pages; i++) {
    if (from.page[i].state == MARKER) EXPECT(madvise(from.start + i * PAGE, PAGE, 103) == 0);
    *(volatile char *)(from.start + i * PAGE) = 1;
    from.page[i] = (struct page){.state = DATA};
  }
}

static void populate_some(void) {
  unsigned pages = 1 + pick(16), at = pick(PAGES - pages);
  for (unsigned i = at; i < at + pages; i++)
    if (from.page[i].state == MARKER) return;
  EXPECT(madvise(from.start + at * PAGE, pages * PAGE, MADV_POPULATE_WRITE) == 0);
  for (unsigned i = at; i < at + pages; i++) from.page[i] = (struct page){.state = DATA};
}

static void share(struct region *region) {
  for (unsigned i = 0; i < PAGES; i++)
    if (region->page[i].state == DATA) region->page[i].shared = true;
}

static void fork_now(void) {
  fork_deed = (struct deed){__LINE__ + 1, now_ns(), 0};
  FORK_AND_REAP();
  fork_deed.to = now_ns();
  share(&from);
  share(&to);
}

static void pin_one(void) {
  unsigned at = pick(PAGES), empty = 0;
  while (empty < PAGES && to.page[empty].state != HOLE && to.page[empty].state != NEVER) empty++;
  if (from.page[at].state != DATA || empty == PAGES) return;
  char *start = from.start + at * PAGE;
  struct iovec buffer = {start, PAGE};
  struct deed own;
  DO(own, syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) == 0);
  CALLS(EBUSY, "pin", own, MOVE(uffd, to.start + empty * PAGE, start, 1));
  EXPECT(syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0) == 0);
  DO(own, madvise(start, PAGE, MADV_DONTNEED) == 0);
  from.page[at] = (struct page){.state = HOLE, .kind = "dropped", .by = own};
}

/* Calls that no state of a page can make right. */
static void wrong_arguments(void) {
  char *dst = to.start + pick(PAGES - 8) * PAGE, *src = from.start + pick(PAGES - 8) * PAGE;
  switch (pick(6)) {
    case 0: CALLS(EINVAL, "alignment", NONE, MOVE(uffd, dst + 64, src, 1)); break;
    case 1: CALLS(EINVAL, "alignment", NONE, MOVE(uffd, dst, src + 512, 1)); break;
    case 2: CALLS(EINVAL, "alignment", NONE, COPY_MODE(uffd, dst, bytes, 100, 0)); break;
    case 3: CALLS(EINVAL, "length", NONE, MOVE_MODE(uffd, dst, src, 0, 0)); break;
    case 4: CALLS(EINVAL, "mode", NONE, COPY_MODE(uffd, dst, bytes, PAGE, 0x80)); break;
    case 5: CALLS(EINVAL, "unregistered", NONE, MOVE(uffd, src, dst, 1)); break;
  }
}

/* A mapping of its own, with a life. */
static void other_mapping(void) {
  struct deed own;
  char *range = MAP(4, RW, ANONYMOUS);
  EXPECT(range != MAP_FAILED);
  switch (pick(5)) {
    case 0: /* Touched before it was registered. */
      range[PAGE] = 1;
      DO(own, REGISTER(uffd, range, 4, MISSING) == 0);
      CALLS(EEXIST, "before-registration", own, COPY(uffd, range + PAGE, bytes, 1));
      break;
    case 1:
      DO(own, REGISTER(uffd, range, 4, MISSING) == 0);
      DO(own, UNREGISTER(uffd, range, 4) == 0);
      CALLS(ENOENT, "no-longer-registered", own, COPY(uffd, range, bytes, 1));
      break;
    case 2: CALLS(ENOENT, "unregistered", NONE, COPY(uffd, range, bytes, 2)); break;
    case 3: { /* Locked on one side. */
      DO(own, REGISTER(uffd, range, 4, MISSING) == 0);
      DO(own, mlock2(range, 4 * PAGE, 1) == 0);
      CALLS(EINVAL, "locking", own, MOVE(uffd, range, from.start, 1));
      break;
    }
    case 4:
      DO(own, REGISTER(uffd, range, 4, MISSING) == 0);
      DO(own, mprotect(range, 4 * PAGE, PROT_READ) == 0);
      CALLS(EINVAL, "protection", own, MOVE(uffd, range, from.start, 1));
      break;
  }
  DO(own, munmap(range, 4 * PAGE) == 0);
  if (pick(4) == 0) CALLS(ENOENT, "unmapped", own, COPY(uffd, range, bytes, 1));
}

static void step(void) {
  unsigned which = pick(1000);
  if (which < 430) move_some();
  else if (which < 560) copy_some();
  else if (which < 640) zero_one();
  else if (which < 660) poison_one();
  else if (which < 670) guard_one();
  else if (which < 770) drop_some();
  else if (which < 870) store_some();
  else if (which < 890) populate_some();
  else if (which < 915) fork_now();
  else if (which < 925) pin_one();
  else if (which < 970) wrong_arguments();
  else other_mapping();
}

static void *work(void *unused) {
  (void)unused;
  for (bool more = true; more;) {
    pthread_mutex_lock(&turn);
    for (unsigned i = pick(20); more && i > 0; i--) {
      more = failures < wanted;
      if (more) step();
    }
    pthread_mutex_unlock(&turn);
    sched_yield();
  }
  return NULL;
}

static void map_region(struct region *region) {
  DO(region->mapped, (region->start = MAP(PAGES, RW, ANONYMOUS)) != MAP_FAILED);
  madvise(region->start, PAGES * PAGE, MADV_NOHUGEPAGE);
  for (unsigned i = 0; i < PAGES; i++)
    region->page[i] = (struct page){.state = NEVER, .kind = "never-written", .by = region->mapped};
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  wanted = atoi(argv[1]);
  seed = strtoull(argv[2], NULL, 10);
  truth = fopen(argv[3], "w");
  struct io_uring_params parameters = {0};
  ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  EXPECT(truth && ring >= 0 && API(uffd, UFFD_API, 0) == 0);
  map_region(&to);
  /* Neighbours would merge. */
  EXPECT(MAP(16, PROT_NONE, ANONYMOUS) != MAP_FAILED);
  map_region(&from);
  EXPECT(MAP(16, PROT_NONE, ANONYMOUS) != MAP_FAILED);
  EXPECT(REGISTER(uffd, to.start, PAGES, MISSING) == 0);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) EXPECT(pthread_create(&threads[i], NULL, work, NULL) == 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  fclose(truth);
  /* The symbolizer looks at a living process. */
  usleep(500000);
  return 0;
}
