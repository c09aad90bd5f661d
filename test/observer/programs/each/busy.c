/* EBUSY: pages that a fork shared, and a range that another userfaultfd owns. */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(0), other = uffd_with(0);
  char *to = holes(4), *from = filled(4);
  enlist(uffd, to, 4, MISSING);
  enlist(other, to, 4, MISSING);
  unregister(other, to, 4);
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  move(uffd, to, from, PAGE, 0);
  from[0] = 7;
  move(uffd, to, from, 2 * PAGE, 0);
  copy(uffd, to + PAGE, from + PAGE, PAGE, 0);
  return 0;
}
