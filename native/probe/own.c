/* A userfaultfd of the probe's own: what it learns from that holds for every other one. Needs no privilege. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

unsigned long long now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (unsigned long long)time.tv_sec * 1000000000ull + (unsigned long long)time.tv_nsec;
}

int open_own_uffd(void) {
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
  if (uffd < 0) return -1;
  struct uffdio_api api = {.api = UFFD_API};
  if (ioctl(uffd, UFFDIO_API, &api) == 0) return uffd;
  int reason = errno;
  close(uffd);
  errno = reason;
  return -1;
}

bool register_own(int uffd, struct own_range *range, size_t pages) {
  range->page_size = (size_t)sysconf(_SC_PAGESIZE);
  range->pages = pages;
  range->start = mmap(NULL, pages * range->page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (range->start == MAP_FAILED) return false;
  madvise(range->start, pages * range->page_size, MADV_NOHUGEPAGE);
  struct uffdio_register request = {
      .range = {.start = (unsigned long)range->start, .len = pages * range->page_size},
      .mode = UFFDIO_REGISTER_MODE_MISSING,
  };
  return ioctl(uffd, UFFDIO_REGISTER, &request) == 0;
}

void release_own(int uffd, struct own_range *range) {
  struct uffdio_range whole = {.start = (unsigned long)range->start, .len = range->pages * range->page_size};
  if (range->start == MAP_FAILED || !range->start) return;
  ioctl(uffd, UFFDIO_UNREGISTER, &whole);
  munmap(range->start, whole.len);
  range->start = NULL;
}

bool serve_one(int uffd, const struct own_range *range, int timeout_ms) {
  struct pollfd ready = {.fd = uffd, .events = POLLIN};
  if (poll(&ready, 1, timeout_ms) != 1) return false;
  struct uffd_msg message;
  if (read(uffd, &message, sizeof(message)) != (ssize_t)sizeof(message)) return false;
  struct uffdio_zeropage zero = {
      .range = {.start = message.arg.pagefault.address & ~(range->page_size - 1), .len = range->page_size}};
  return ioctl(uffd, UFFDIO_ZEROPAGE, &zero) == 0;
}
