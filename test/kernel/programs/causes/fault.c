#include "causes.h"

static void guarded(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(madvise(m.from, PAGE, 102) == 0); //@ guard cause
  FAILS(EFAULT, MOVE(m.uffd, m.to, m.from, 1)); //@ guard fails efault-marker guard
}

static void poisoned(bool cause) {
  struct memory m = prepare(0);
  EXPECT(MOVE(m.uffd, m.to, m.from, 1) == 0);
  if (cause) EXPECT(POISON(m.uffd, m.to + PAGE, 1) == 0); //@ poison cause
  FAILS(EFAULT, MOVE(m.uffd, m.to + 2 * PAGE, m.to + (cause ? 1 : 0) * PAGE, 1)); //@ poison fails efault-marker poison
}

static void protected_hole(bool cause) {
  int uffd = new_uffd();
  EXPECT(API(uffd, UFFD_API, 0x2001) == 0);
  char *to = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(uffd, to, 8, MISSING | WP) == 0);
  EXPECT(COPY(uffd, to, bytes, 1) == 0);
  if (cause) EXPECT(PROTECT(uffd, to + PAGE, 1, 1) == 0); //@ wp-marker cause
  FAILS(EFAULT, MOVE(uffd, to + 4 * PAGE, to + (cause ? 1 : 0) * PAGE, 1)); //@ wp-marker fails efault-marker wp-marker
}

static void copy_source_unmapped(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(munmap(m.from, 8 * PAGE) == 0); //@ copy-source-unmapped cause
  FAILS(EFAULT, COPY(m.uffd, m.to, m.from, 1)); //@ copy-source-unmapped fails efault source-unmapped
}

static void copy_source_unreadable(bool cause) {
  struct memory m = prepare(0);
  if (cause) EXPECT(mprotect(m.from, 8 * PAGE, PROT_NONE) == 0); //@ copy-source-unreadable cause
  FAILS(EFAULT, COPY(m.uffd, m.to, m.from, 1)); //@ copy-source-unreadable fails efault source-unreadable
}

static void argument(bool cause) {
  struct memory m = prepare(0);
  struct uffdio_zeropage zero = {.range = {(unsigned long)m.to, PAGE}};
  FAILS(EFAULT, CALL(m.uffd, UFFDIO_ZEROPAGE, cause ? (void *)8 : &zero)); //@ argument fails efault argument
}

/* The owner of the memory ends while its child still holds the descriptor. */
static void owner_ended(bool cause) {
  EXPECT(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
  pid_t owner = fork();
  if (owner == 0) {
    struct memory m = prepare(0);
    int gone[2];
    EXPECT(pipe(gone) == 0);
    pid_t heir = fork();
    if (heir != 0) {
      if (!cause) EXPECT(waitpid(heir, NULL, 0) == heir);
      _exit(0);
    }
    close(gone[1]);
    char end;
    if (cause) EXPECT(read(gone[0], &end, 1) == 0);
    /* The pipe closes before the memory goes. */
    if (cause) usleep(50000);
    FAILS(ESRCH, COPY(m.uffd, m.to, bytes, 1)); //@ owner-ended fails esrch owner-exited //@ owner-ended nowhere
    done();
  }
  int status = 0;
  while (wait(&status) > 0) EXPECT(status == 0);
}

const struct test_case fault_cases[] = {
    {"guard", guarded},
    {"poison", poisoned},
    {"wp-marker", protected_hole},
    {"copy-source-unmapped", copy_source_unmapped},
    {"copy-source-unreadable", copy_source_unreadable},
    {"argument", argument},
    {"owner-ended", owner_ended},
    {NULL, NULL},
};
