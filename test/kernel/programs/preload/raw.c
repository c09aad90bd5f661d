/* Uses a userfaultfd without libc in between: what a library before libc cannot see. Holds it for half a second. */
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>

static long raw(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

int main(void) {
  struct uffdio_api api = {.api = UFFD_API};
  struct timespec half = {0, 500000000};
  int fd = (int)raw(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */, 0, 0);
  if (fd < 0 || raw(SYS_ioctl, fd, UFFDIO_API, (long)&api) != 0) return 3;
  nanosleep(&half, 0);
  return 0;
}
