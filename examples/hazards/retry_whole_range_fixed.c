/*
 * retry_whole_range.c put right: holes are allowed, and a MOVE that stopped in the middle goes on where it stopped.
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

  size_t done = 0;
  while (done < 4 * page) {
    struct uffdio_move move = {.dst = (uintptr_t)dst + done,
                               .src = (uintptr_t)src + done,
                               .len = 4 * page - done,
                               .mode = UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES};
    int result = ioctl(uffd, UFFDIO_MOVE, &move);
    if (result != 0 && errno != EAGAIN) {
      perror("UFFDIO_MOVE");
      return 1;
    }
    if (move.move > 0) done += (size_t)move.move;
  }
  puts("moved");
  return 0;
}
