/* A child with its parent's descriptor: it may COPY into the parent, and may not MOVE (EINVAL). */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(0);
  char *range = holes(4), *bytes = filled(4);
  enlist(uffd, range, 4, MISSING);
  pid_t child = fork();
  if (child == 0) {
    move(uffd, range, bytes, PAGE, 0);
    copy(uffd, range, bytes, PAGE, 0);
    copy(uffd, range, bytes, PAGE, 0);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  say("parent reads %d", *(volatile char *)range);
  return 0;
}
