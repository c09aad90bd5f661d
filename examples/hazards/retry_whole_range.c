/*
 * A MOVE that stops in the middle (here at a page that was never written) answers EAGAIN and says in `move` how far it
 * came. Repeating the whole range meets the pages that it has already brought: EEXIST.
 */
#define _GNU_SOURCE
#include "../compactor/uffd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char *src = mmap(NULL, 4 * page, prot, flags, -1, 0);
  char *dst = mmap(NULL, 4 * page, prot, flags, -1, 0);
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_MOVE};
  struct uffdio_register range = {.range = {(uintptr_t)dst, 4 * page}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (src == MAP_FAILED || dst == MAP_FAILED || uffd < 0 || ioctl(uffd, UFFDIO_API, &api) != 0 ||
      ioctl(uffd, UFFDIO_REGISTER, &range) != 0) {
    perror("this machine cannot run the example");
    return 3;
  }

  memset(src, 'x', 2 * page);
  memset(src + 3 * page, 'x', page); /* page 2 stays a hole */

  struct uffdio_move move = {.dst = (uintptr_t)dst, .src = (uintptr_t)src, .len = 4 * page};
  int result;
  do {
    result = ioctl(uffd, UFFDIO_MOVE, &move);
  } while (result != 0 && errno == EAGAIN);
  if (result != 0) {
    perror("UFFDIO_MOVE");
    return 1;
  }
  puts("moved");
  return 0;
}
