/* Write protection: a fault of that kind, and WRITEPROTECT where it may not be. */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
  char *range = filled(2), *stranger = filled(1);
  enlist(uffd, range, 2, WP);
  protect(uffd, range, PAGE, 1);
  pthread_t thread = writer(range);
  message(uffd);
  protect(uffd, range, PAGE, 0);
  finish(thread);
  protect(uffd, stranger, PAGE, 1); /* ENOENT */
  protect(uffd, range, PAGE, 8);    /* EINVAL */
  protect(uffd, range, PAGE, 3);    /* EINVAL: protecting wakes nobody */
  return 0;
}
