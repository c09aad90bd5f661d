#include "uffd.h"

int open_uffd(unsigned long long features) {
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  /* An ordinary user gets one for user-mode faults only. */
  if (uffd < 0 && errno == EPERM) uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | 1);
  if (uffd < 0) die("userfaultfd");
  struct uffdio_api api = {.api = UFFD_API, .features = features};
  if (counted(uffd, UFFDIO_API, &api)) die("UFFDIO_API");
  return uffd;
}

char *map_pages(size_t pages, bool populate) {
  char *start = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) die("mmap");
  madvise(start, pages * PAGE, MADV_NOHUGEPAGE);
  if (populate)
    for (size_t i = 0; i < pages; i++) start[i * PAGE] = (char)i;
  return start;
}

int register_range(int uffd, void *start, size_t pages, unsigned mode) {
  struct uffdio_register request = {.range = {(unsigned long)start, pages * PAGE}, .mode = mode};
  return counted(uffd, UFFDIO_REGISTER, &request);
}

int move_pages_of(int uffd, void *to, void *from, size_t pages) {
  struct uffdio_move move = {.dst = (unsigned long)to, .src = (unsigned long)from, .len = pages * PAGE};
  return counted(uffd, UFFDIO_MOVE, &move);
}

int copy_pages_of(int uffd, void *to, void *from, size_t pages) {
  struct uffdio_copy copy = {.dst = (unsigned long)to, .src = (unsigned long)from, .len = pages * PAGE};
  return counted(uffd, UFFDIO_COPY, &copy);
}

bool read_message(int uffd, struct uffd_msg *message, int timeout_ms) {
  struct pollfd ready = {.fd = uffd, .events = POLLIN};
  if (poll(&ready, 1, timeout_ms) != 1) return false;
  return read(uffd, message, sizeof(*message)) == (ssize_t)sizeof(*message);
}
