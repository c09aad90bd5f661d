/* What older linux/userfaultfd.h lacks, and the few calls every scenario needs. */
#ifndef UFFD_H
#define UFFD_H

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UFFDIO_MOVE
struct uffdio_move {
  unsigned long long dst, src, len, mode;
  long long move;
};
#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif
#ifndef UFFDIO_CONTINUE
struct uffdio_continue {
  struct uffdio_range range;
  unsigned long long mode;
  long long mapped;
};
#define UFFDIO_CONTINUE _IOWR(UFFDIO, 0x07, struct uffdio_continue)
#endif
#ifndef UFFDIO_POISON
struct uffdio_poison {
  struct uffdio_range range;
  unsigned long long mode;
  long long updated;
};
#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif

#define PAGE 4096ul
#define MISSING 1
#define WP 2
#define MINOR 4
#define THREAD_ID 0x100

/* truth.c: what this program measured of itself. */
unsigned long long now_ns(void);
/* ioctl() that counts by request and errno and keeps the duration. Returns 0 or the errno. */
int counted(int fd, unsigned request, void *argument);
void add_fault_ns(unsigned long long ns);
/* One line of JSON: {"calls":{"REQUEST ERRNO":n},"callNs":{"REQUEST":median},"faults":n,"faultNs":median, EXTRA}. */
void print_truth(const char *extra);
/* Says "ready" with the pid, then waits until the test says go. */
void wait_for_go(void);
/* Ends with a message: the machine cannot do what the scenario needs. */
void die(const char *what);

/* memory.c */
int open_uffd(unsigned long long features);
char *map_pages(size_t pages, bool populate);
int register_range(int uffd, void *start, size_t pages, unsigned mode);
int move_pages_of(int uffd, void *to, void *from, size_t pages);
int copy_pages_of(int uffd, void *to, void *from, size_t pages);
/* Reads one message; false on time-out. */
bool read_message(int uffd, struct uffd_msg *message, int timeout_ms);

/* handler.c: a thread that resolves `faults` faults of a range by COPY or, with a source, by MOVE. */
struct handler {
  int uffd;
  size_t faults;
  char *range, *source;
  pthread_t thread;
};
void start_handler(struct handler *handler);

#endif
