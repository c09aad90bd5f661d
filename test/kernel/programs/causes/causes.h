/*
 * Programs that fail for one known reason. Each case runs in a process of its own, with its cause or (`cause` false) as
 * its twin, which does the same without it and does not fail.
 *
 * What a case must be told is written beside it: `//@ NAME fails CODE KIND` on the line of the call that fails,
 * `//@ NAME cause` on the line that is to blame. A case without a cause line is to blame itself.
 */
#ifndef CAUSES_H
#define CAUSES_H

#include "../uffd.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>

/* Macros, so that the line of a call is the line it is written on. Each yields 0 or the errno. */
#define CALL(fd, request, ...) (ioctl(fd, request, __VA_ARGS__) < 0 ? errno : 0)
#define COPY_MODE(fd, to, from, bytes, how) \
  CALL(fd, UFFDIO_COPY, &(struct uffdio_copy){.dst = (unsigned long)(to), .src = (unsigned long)(from), .len = bytes, .mode = how})
#define COPY(fd, to, from, pages) COPY_MODE(fd, to, from, (pages) * PAGE, 0)
#define MOVE_MODE(fd, to, from, bytes, how) \
  CALL(fd, UFFDIO_MOVE, &(struct uffdio_move){.dst = (unsigned long)(to), .src = (unsigned long)(from), .len = bytes, .mode = how})
#define MOVE(fd, to, from, pages) MOVE_MODE(fd, to, from, (pages) * PAGE, 0)
#define ZEROPAGE(fd, to, pages) CALL(fd, UFFDIO_ZEROPAGE, &(struct uffdio_zeropage){.range = {(unsigned long)(to), (pages) * PAGE}})
#define POISON(fd, to, pages) CALL(fd, UFFDIO_POISON, &(struct uffdio_poison){.range = {(unsigned long)(to), (pages) * PAGE}})
#define CONTINUE(fd, to, pages) CALL(fd, UFFDIO_CONTINUE, &(struct uffdio_continue){.range = {(unsigned long)(to), (pages) * PAGE}})
#define REGISTER(fd, to, pages, how) \
  CALL(fd, UFFDIO_REGISTER, &(struct uffdio_register){.range = {(unsigned long)(to), (pages) * PAGE}, .mode = how})
#define UNREGISTER(fd, to, pages) CALL(fd, UFFDIO_UNREGISTER, &(struct uffdio_range){(unsigned long)(to), (pages) * PAGE})
#define WAKE(fd, to, bytes) CALL(fd, UFFDIO_WAKE, &(struct uffdio_range){(unsigned long)(to), bytes})
#define PROTECT(fd, to, pages, how) \
  CALL(fd, UFFDIO_WRITEPROTECT, &(struct uffdio_writeprotect){.range = {(unsigned long)(to), (pages) * PAGE}, .mode = how})
#define API(fd, version, wanted) CALL(fd, UFFDIO_API, &(struct uffdio_api){.api = version, .features = wanted})

#define MAP(pages, protection, flags) mmap(NULL, (pages) * PAGE, protection, flags, -1, 0)
#define ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

struct memory {
  int uffd;
  /* Registered MISSING and empty; private and written. 8 pages each, far apart. */
  char *to, *from;
};

/* Ends the process well, once the symbolizer has had time to look at it. */
_Noreturn void done(void);
/* Ends the case as failed unless it is so. */
void expect(bool right, const char *what);
#define EXPECT(right) expect(right, #right)
/* The call gives `error` with the cause and succeeds without it. */
#define FAILS(error, call) EXPECT((call) == (cause ? (error) : 0))

struct memory prepare(unsigned long long features);
void write_pages(char *start, size_t pages);
int new_uffd(void);
/* A child that ends at once. */
#define FORK_AND_REAP() \
  do {                  \
    pid_t born = fork(); \
    reap(born);         \
  } while (0)
void reap(pid_t child);
/* A thread that writes to an address. */
pthread_t touch(char *address);
extern char bytes[8 * 4096];

struct test_case {
  const char *name;
  void (*run)(bool cause);
};
extern const struct test_case busy_cases[], exists_cases[], absent_cases[], invalid_cases[], again_cases[], fault_cases[],
    waiting_cases[];

#endif
