/* A page that was written before fork() is shared until it is written again: UFFDIO_MOVE refuses it with EBUSY. */
#define _GNU_SOURCE
#include "../compactor/uffd.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
  char *src = mmap(NULL, page, prot, flags, -1, 0);
  char *dst = mmap(NULL, page, prot, flags, -1, 0);
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
  struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_MOVE};
  struct uffdio_register range = {.range = {(uintptr_t)dst, page}, .mode = UFFDIO_REGISTER_MODE_MISSING};
  if (src == MAP_FAILED || dst == MAP_FAILED || uffd < 0 || ioctl(uffd, UFFDIO_API, &api) != 0 ||
      ioctl(uffd, UFFDIO_REGISTER, &range) != 0) {
    perror("this machine cannot run the example");
    return 3;
  }

  memset(src, 'x', page);
  pid_t child = fork();
  if (child < 0) {
    perror("fork");
    return 3;
  }
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0); /* its end does not help: the page stays marked as shared */

  struct uffdio_move move = {.dst = (uintptr_t)dst, .src = (uintptr_t)src, .len = page};
  if (ioctl(uffd, UFFDIO_MOVE, &move) != 0) {
    perror("UFFDIO_MOVE");
    return 1;
  }
  puts("moved");
  return 0;
}
