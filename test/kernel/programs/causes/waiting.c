/* Threads that wait for a page in vain. Each waits longer than what is worth a word, then its process ends. */
#include "causes.h"

#define LONG_ENOUGH 700000

static struct memory prepare_fault(pthread_t *waiter) {
  struct memory m = prepare(THREAD_ID);
  struct uffd_msg message;
  *waiter = touch(m.to);
  EXPECT(read_message(m.uffd, &message, 5000));
  return m;
}

static void exists_not_woken(bool cause) {
  pthread_t waiter;
  struct memory m = prepare_fault(&waiter);
  EXPECT(COPY_MODE(m.uffd, m.to, bytes, PAGE, 1) == 0); //@ not-woken-exists cause
  EXPECT(COPY(m.uffd, m.to, bytes, 1) == EEXIST); //@ not-woken-exists fails eexist-populated populated //@ not-woken waits eexist-not-woken eexist-not-woken
  if (!cause) EXPECT(WAKE(m.uffd, m.to, PAGE) == 0);
  usleep(LONG_ENOUGH);
}

static void dont_wake(bool cause) {
  pthread_t waiter;
  struct memory m = prepare_fault(&waiter);
  EXPECT(COPY_MODE(m.uffd, m.to, bytes, PAGE, 1) == 0); //@ dont-wake waits never-woken dontwake
  if (!cause) EXPECT(WAKE(m.uffd, m.to, PAGE) == 0);
  usleep(LONG_ENOUGH);
}

static void dropped_again(bool cause) {
  pthread_t waiter;
  struct memory m = prepare_fault(&waiter);
  struct uffd_msg message;
  if (cause) {
    /* Woken without a page it faults again; meanwhile the page came and went. */
    EXPECT(COPY_MODE(m.uffd, m.to, bytes, PAGE, 1) == 0);
    EXPECT(madvise(m.to, PAGE, MADV_DONTNEED) == 0); //@ dropped-again waits never-woken dropped-again
    EXPECT(WAKE(m.uffd, m.to, PAGE) == 0);
    EXPECT(read_message(m.uffd, &message, 5000));
  } else {
    EXPECT(COPY(m.uffd, m.to, bytes, 1) == 0);
  }
  usleep(LONG_ENOUGH);
}

static void not_resolved(bool cause) {
  pthread_t waiter;
  struct memory m = prepare(THREAD_ID);
  struct uffd_msg message;
  waiter = touch(m.to);
  struct pollfd ready = {.fd = m.uffd, .events = POLLIN};
  EXPECT(poll(&ready, 1, 5000) == 1);
  EXPECT(read(m.uffd, &message, sizeof(message)) == sizeof(message)); //@ not-resolved waits never-woken not-resolved //@ not-resolved nowhere
  if (!cause) EXPECT(ZEROPAGE(m.uffd, m.to, 1) == 0);
  usleep(LONG_ENOUGH);
  (void)waiter;
}

const struct test_case waiting_cases[] = {
    {"not-woken", exists_not_woken},
    {"dont-wake", dont_wake},
    {"dropped-again", dropped_again},
    {"not-resolved", not_resolved},
    {NULL, NULL},
};
