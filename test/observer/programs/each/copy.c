/* The errnos of COPY and ZEROPAGE: EEXIST, EFAULT, ENOENT, EINVAL, and EAGAIN after a page. */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(0);
  char *to = holes(8), *from = filled(2), *stranger = holes(1), *gone = holes(1);
  munmap(gone, PAGE);
  enlist(uffd, to, 8, MISSING);
  copy(uffd, to, from, PAGE, 0);
  copy(uffd, to, from, PAGE, 0);
  copy(uffd, to + PAGE, gone, PAGE, 0);
  copy(uffd, stranger, from, PAGE, 0);
  copy(uffd, to + PAGE, from, 0, 0);
  zeropage(uffd, to + 3 * PAGE, PAGE);
  zeropage(uffd, to + 3 * PAGE, PAGE);
  copy(uffd, to + 2 * PAGE, from, 2 * PAGE, 0);
  zeropage(uffd, to + 4 * PAGE, 4 * PAGE);
  zeropage(uffd, to + 1, PAGE);
  return 0;
}
