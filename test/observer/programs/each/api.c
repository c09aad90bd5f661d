/* EINVAL before and of UFFDIO_API. */
#include "../small.h"

int main(void) {
  char *range = holes(1);
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  if (uffd < 0) die("userfaultfd");
  wake(uffd, range, PAGE);
  api(uffd, 1ull << 40);
  api(uffd, 0);
  api(uffd, 0);
  wake(uffd, range, 0);
  wake(uffd, range + 1, PAGE);
  wake(uffd, range, PAGE);
  return 0;
}
