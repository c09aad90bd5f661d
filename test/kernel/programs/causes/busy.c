#include "causes.h"

#include <linux/io_uring.h>

static void forked(bool cause) {
  struct memory m = prepare(0);
  if (cause) FORK_AND_REAP(); //@ forked cause
  FAILS(EBUSY, MOVE(m.uffd, m.to, m.from, 1)); //@ forked fails ebusy-fork fork
}

/* Two forks, and a write between them: the second one is to blame. */
static void forked_again(bool cause) {
  struct memory m = prepare(0);
  FORK_AND_REAP();
  EXPECT(madvise(m.from, 8 * PAGE, MADV_POPULATE_WRITE) == 0);
  EXPECT(MOVE(m.uffd, m.to, m.from, 1) == 0);
  if (cause) FORK_AND_REAP(); //@ forked-again cause
  FAILS(EBUSY, MOVE(m.uffd, m.to + PAGE, m.from + PAGE, 1)); //@ forked-again fails ebusy-fork fork
}

/* A fork that takes the source along although another one before did not. */
static void dofork(bool cause) {
  struct memory m = prepare(0);
  EXPECT(madvise(m.from, 8 * PAGE, MADV_DONTFORK) == 0);
  FORK_AND_REAP();
  EXPECT(MOVE(m.uffd, m.to, m.from, 1) == 0);
  if (cause) EXPECT(madvise(m.from, 8 * PAGE, MADV_DOFORK) == 0);
  FORK_AND_REAP(); //@ dofork cause
  FAILS(EBUSY, MOVE(m.uffd, m.to + PAGE, m.from + PAGE, 1)); //@ dofork fails ebusy-fork fork
}

/* COPY makes pages that are this process's alone; the fork after it does not leave them so. */
static void copied_then_forked(bool cause) {
  struct memory m = prepare(0);
  EXPECT(REGISTER(m.uffd, m.from, 8, MISSING) == 0);
  FORK_AND_REAP();
  EXPECT(madvise(m.from, PAGE, MADV_DONTNEED) == 0);
  EXPECT(COPY(m.uffd, m.from, bytes, 1) == 0);
  if (cause) FORK_AND_REAP(); //@ copied-then-forked cause
  FAILS(EBUSY, MOVE(m.uffd, m.to, m.from, 1)); //@ copied-then-forked fails ebusy-fork fork
}

/* In the child, what it inherited is shared since its own birth. */
static void inherited(bool cause) {
  char *from = MAP(8, RW, ANONYMOUS);
  write_pages(from, 8);
  pid_t child = fork(); //@ inherited cause
  if (child == 0) {
    if (!cause) EXPECT(madvise(from, PAGE, MADV_POPULATE_WRITE) == 0);
    struct memory m = prepare(0);
    FAILS(EBUSY, MOVE(m.uffd, m.to, from, 1)); //@ inherited fails ebusy-fork fork
    done();
  }
  int status = 1;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
}

static bool merged(void) {
  for (int i = 0; i < 500; i++) {
    FILE *file = fopen("/proc/self/ksm_merging_pages", "r");
    long pages = 0;
    if (!file || fscanf(file, "%ld", &pages) != 1) return false;
    fclose(file);
    if (pages > 1) return true;
    usleep(10000);
  }
  return false;
}

static void merged_by_advice(bool cause) {
  struct memory m = prepare(0);
  memset(m.from, 7, 8 * PAGE);
  if (cause) EXPECT(madvise(m.from, 8 * PAGE, MADV_MERGEABLE) == 0); //@ merged-by-advice cause
  if (cause) EXPECT(merged());
  FAILS(EBUSY, MOVE(m.uffd, m.to, m.from, 1)); //@ merged-by-advice fails ebusy-ksm ksm
}

static void merged_by_prctl(bool cause) {
  if (cause) EXPECT(prctl(67, 1, 0, 0, 0) == 0); //@ merged-by-prctl cause
  struct memory m = prepare(0);
  memset(m.from, 9, 8 * PAGE);
  if (cause) EXPECT(merged());
  FAILS(EBUSY, MOVE(m.uffd, m.to, m.from, 1)); //@ merged-by-prctl fails ebusy-ksm ksm
}

static void pinned(bool cause) {
  struct memory m = prepare(0);
  struct io_uring_params parameters = {0};
  struct iovec buffer = {m.from, PAGE};
  int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  EXPECT(ring >= 0);
  EXPECT(syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1) == 0); //@ pinned cause
  if (!cause) close(ring);
  /* A ring lets go a little after its close. */
  for (int i = 0; !cause && i < 100; i++) usleep(1000);
  FAILS(EBUSY, MOVE(m.uffd, m.to, m.from, 1)); //@ pinned fails ebusy-pinned pin
}

static void registered_twice(bool cause) {
  struct memory m = prepare(0);
  int other = new_uffd();
  EXPECT(API(other, UFFD_API, 0) == 0);
  char *range = MAP(8, RW, ANONYMOUS);
  if (cause) EXPECT(REGISTER(m.uffd, range, 8, MISSING) == 0); //@ registered-twice cause
  FAILS(EBUSY, REGISTER(other, range, 8, MISSING)); //@ registered-twice fails ebusy-registered register-other-uffd
}

const struct test_case busy_cases[] = {
    {"forked", forked},
    {"forked-again", forked_again},
    {"dofork", dofork},
    {"copied-then-forked", copied_then_forked},
    {"inherited", inherited},
    {"merged-by-advice", merged_by_advice},
    {"merged-by-prctl", merged_by_prctl},
    {"pinned", pinned},
    {"registered-twice", registered_twice},
    {NULL, NULL},
};
