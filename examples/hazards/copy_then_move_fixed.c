/* copy_then_move.c put right: the MOVE goes to the next page, which is still missing. */
#define _GNU_SOURCE
#include "../compactor/uffd.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char *src = mmap(NULL, page, prot, flags, -1, 0);
  char *dst = mmap(NULL, 2 * page, prot, flags, -1, 0);
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_MOVE};
  struct uffdio_register range = {.range = {(uintptr_t)dst, 2 * page}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (src == MAP_FAILED || dst == MAP_FAILED || uffd < 0 || ioctl(uffd, UFFDIO_API, &api) != 0 ||
      ioctl(uffd, UFFDIO_REGISTER, &range) != 0) {
    perror("this machine cannot run the example");
    return 3;
  }

  memset(src, 'x', page);
  struct uffdio_copy copy = {.dst = (uintptr_t)dst, .src = (uintptr_t)src, .len = page};
  if (ioctl(uffd, UFFDIO_COPY, &copy) != 0) {
    perror("UFFDIO_COPY");
    return 3;
  }

  struct uffdio_move move = {.dst = (uintptr_t)dst + page, .src = (uintptr_t)src, .len = page};
  if (ioctl(uffd, UFFDIO_MOVE, &move) != 0) {
    perror("UFFDIO_MOVE");
    return 1;
  }
  puts("moved");
  return 0;
}
