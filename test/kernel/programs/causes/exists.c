#include "causes.h"

static void copied(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(COPY(m.uffd, m.to, bytes, 2) == 0); //@ copied cause
  FAILS(EEXIST, COPY(m.uffd, m.to + PAGE, bytes, 1)); //@ copied fails eexist-populated populated
}

static void moved(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(MOVE(m.uffd, m.to, m.from, 1) == 0); //@ moved cause
  FAILS(EEXIST, MOVE(m.uffd, m.to, m.from + PAGE, 1)); //@ moved fails eexist-populated populated
}

static void zeroed(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(ZEROPAGE(m.uffd, m.to, 4) == 0); //@ zeroed cause
  FAILS(EEXIST, ZEROPAGE(m.uffd, m.to + 3 * PAGE, 1)); //@ zeroed fails eexist-populated populated
}

static void poisoned(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(POISON(m.uffd, m.to, 1) == 0); //@ poisoned cause
  FAILS(EEXIST, MOVE(m.uffd, m.to, m.from, 1)); //@ poisoned fails eexist-populated marker
}

static void guarded(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(madvise(m.to, PAGE, 102) == 0); //@ guarded cause
  FAILS(EEXIST, ZEROPAGE(m.uffd, m.to, 1)); //@ guarded fails eexist-populated marker
}

/* The page was dropped and filled again: the later call is to blame. */
static void copied_again(bool cause) {
  struct memory m = prepare(0);
  EXPECT(COPY(m.uffd, m.to, bytes, 1) == 0);
  EXPECT(madvise(m.to, PAGE, MADV_DONTNEED) == 0);
  if (cause) EXPECT(COPY(m.uffd, m.to, bytes, 1) == 0); //@ copied-again cause
  FAILS(EEXIST, COPY(m.uffd, m.to, bytes, 1)); //@ copied-again fails eexist-populated populated
}

static void written_first(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 0) == 0);
  char *range = MAP(8, RW, ANONYMOUS);
  if (cause) range[PAGE] = 1;
  EXPECT(REGISTER(uffd, range, 8, MISSING) == 0); //@ written-first cause
  FAILS(EEXIST, COPY(uffd, range + PAGE, bytes, 1)); //@ written-first fails eexist-populated before-registration
}

static void map_populated(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 0) == 0);
  char *range = MAP(8, RW, ANONYMOUS | (cause ? MAP_POPULATE : 0)); //@ map-populated cause
  EXPECT(REGISTER(uffd, range, 8, MISSING) == 0);
  FAILS(EEXIST, COPY(uffd, range, bytes, 1)); //@ map-populated fails eexist-populated populated
}

static void populate_advice(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 0) == 0);
  char *range = MAP(8, RW, ANONYMOUS);
  if (cause) EXPECT(madvise(range, 8 * PAGE, MADV_POPULATE_WRITE) == 0); //@ populate-advice cause
  EXPECT(REGISTER(uffd, range, 8, MISSING) == 0);
  FAILS(EEXIST, COPY(uffd, range, bytes, 1)); //@ populate-advice fails eexist-populated populated
}

/* Registered for write protection only: missing pages are filled by the program's own stores, unseen. */
static void touched(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 1) == 0);
  char *range = MAP(8, RW, ANONYMOUS); //@ touched cause
  EXPECT(REGISTER(uffd, range, 8, WP) == 0);
  if (cause) range[0] = 1;
  FAILS(EEXIST, COPY(uffd, range, bytes, 1)); //@ touched fails eexist-populated touched
}

static struct memory both;

static void *other_handler(void *unused) {
  (void)unused;
  EXPECT(COPY(both.uffd, both.to, bytes, 1) == 0); //@ two-handlers cause
  return NULL;
}

/* Two threads know of one fault: one reads the message, both resolve. */
static void two_handlers(bool cause) {
  both = prepare(THREAD_ID);
  struct uffd_msg message;
  pthread_t waiter = touch(both.to), other;
  EXPECT(read_message(both.uffd, &message, 5000));
  if (cause) EXPECT(pthread_create(&other, NULL, other_handler, NULL) == 0 && pthread_join(other, NULL) == 0);
  FAILS(EEXIST, COPY(both.uffd, both.to, bytes, 1)); //@ two-handlers fails eexist-populated race
  pthread_join(waiter, NULL);
}

const struct test_case exists_cases[] = {
    {"copied", copied},
    {"moved", moved},
    {"zeroed", zeroed},
    {"poisoned", poisoned},
    {"guarded", guarded},
    {"copied-again", copied_again},
    {"written-first", written_first},
    {"map-populated", map_populated},
    {"populate-advice", populate_advice},
    {"touched", touched},
    {"two-handlers", two_handlers},
    {NULL, NULL},
};
