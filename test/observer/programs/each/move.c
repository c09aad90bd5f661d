/* The errnos of MOVE that need no second process. */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(0);
  char *to = holes(8), *from = filled(8), *stranger = holes(1);
  enlist(uffd, to, 8, MISSING);
  move(uffd, to, from, PAGE, 0);
  move(uffd, to, from + PAGE, PAGE, 0);        /* EEXIST */
  move(uffd, to + PAGE, from, PAGE, 0);        /* ENOENT: moved away */
  move(uffd, to + PAGE, from, PAGE, 2);        /* holes allowed */
  move(uffd, to + 1, from + PAGE, PAGE, 0);    /* EINVAL: alignment */
  move(uffd, stranger, from + PAGE, PAGE, 0);  /* EINVAL: not registered */
  move(uffd, to + PAGE, from + PAGE, PAGE, 64); /* EINVAL: mode */
  madvise(from + 3 * PAGE, PAGE, MADV_DONTNEED);
  move(uffd, to + 2 * PAGE, from + 2 * PAGE, 2 * PAGE, 0); /* EAGAIN after a page */
  munmap(stranger, PAGE);
  move(uffd, to + 4 * PAGE, stranger, PAGE, 0); /* ENOENT: nothing is mapped there */
  call(uffd, "MOVE of a bad pointer", UFFDIO_MOVE, (void *)8, NULL);
  return 0;
}
