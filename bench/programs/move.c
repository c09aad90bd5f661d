/* Moves pages to and fro with UFFDIO_MOVE and prints nanoseconds a call, of wall and of processor time:
   `move CALLS PAGES_A_CALL`. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sched.h>
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
#define USER_MODE_ONLY 1
#define PAGE 4096ul

static void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

static double now_ns(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static char *registered(int uffd, size_t bytes) {
  char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) die("mmap");
  madvise(start, bytes, MADV_NOHUGEPAGE);
  struct uffdio_register request = {.range = {(unsigned long)start, bytes}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (ioctl(uffd, UFFDIO_REGISTER, &request) != 0) die("UFFDIO_REGISTER");
  return start;
}

int main(int argc, char **argv) {
  long calls = argc > 1 ? atol(argv[1]) : 100000;
  size_t bytes = (argc > 2 ? strtoul(argv[2], NULL, 10) : 1) * PAGE;
  /* On the CPU that the recorder is least likely to want. */
  cpu_set_t last;
  CPU_ZERO(&last);
  CPU_SET((int)sysconf(_SC_NPROCESSORS_ONLN) - 1, &last);
  sched_setaffinity(0, sizeof(last), &last);
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
  if (uffd < 0) die("userfaultfd");
  struct uffdio_api api = {.api = UFFD_API};
  if (ioctl(uffd, UFFDIO_API, &api) != 0) die("UFFDIO_API");
  char *here = registered(uffd, bytes), *there = registered(uffd, bytes);
  char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  struct uffdio_copy copy = {.dst = (unsigned long)here, .src = (unsigned long)pages, .len = bytes};
  if (ioctl(uffd, UFFDIO_COPY, &copy) != 0) die("UFFDIO_COPY");
  double start = now_ns(CLOCK_MONOTONIC), spent = now_ns(CLOCK_THREAD_CPUTIME_ID);
  for (long i = 0; i < calls; i++) {
    struct uffdio_move move = {.dst = (unsigned long)there, .src = (unsigned long)here, .len = bytes};
    if (ioctl(uffd, UFFDIO_MOVE, &move) != 0) die("UFFDIO_MOVE");
    char *swap = here;
    here = there;
    there = swap;
  }
  double wall_ns = now_ns(CLOCK_MONOTONIC) - start, cpu_ns = now_ns(CLOCK_THREAD_CPUTIME_ID) - spent;
  printf("[%.1f,%.1f]\n", wall_ns / (double)calls, cpu_ns / (double)calls);
  return 0;
}
