/* POISON: whoever touches the page gets SIGBUS. */
#include <setjmp.h>
#include <signal.h>

#include "../small.h"

static sigjmp_buf escape;

static void on_sigbus(int signal) {
  (void)signal;
  siglongjmp(escape, 1);
}

int main(void) {
  int uffd = uffd_with(0x4000);
  char *range = holes(2), *bytes = filled(1);
  enlist(uffd, range, 2, MISSING);
  poison(uffd, range, PAGE);
  poison(uffd, range, PAGE);        /* EEXIST */
  copy(uffd, range, bytes, PAGE, 0); /* EEXIST */
  signal(SIGBUS, on_sigbus);
  if (sigsetjmp(escape, 1) == 0)
    say("read %d", *(volatile char *)range);
  else
    say("SIGBUS");
  return 0;
}
