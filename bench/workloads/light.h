/* What the parts of the measured program know of each other. */
#ifndef LIGHT_H
#define LIGHT_H

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef UFFDIO_MOVE
struct uffdio_move {
  unsigned long long dst, src, len, mode;
  long long move;
};
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif

unsigned long long now_ns(void);
void die(const char *what);
/* To one CPU, or with -1 to all. New threads inherit it. */
void pin(int cpu);
/* One slice of work: `count` times between two looks at the clock. */
void slice(unsigned long long begin, unsigned long long finish, unsigned count);
bool time_is_up(unsigned long long now);

/* pages.c: each returns how often it did its work. */
void open_uffd(void);
/* Pages go from one range to another and back, that many in one call. */
unsigned long move_pages(unsigned pages_per_call);
/* A thread touches pages, another one reads the messages and copies; on one CPU, or where the scheduler likes. */
unsigned long serve(bool pinned);

#endif
