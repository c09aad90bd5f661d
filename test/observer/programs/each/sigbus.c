/* The SIGBUS feature: no message, a signal at once, and COPY still fills the page. */
#include <setjmp.h>
#include <signal.h>

#include "../small.h"

static sigjmp_buf escape;

static void on_sigbus(int signal) {
  (void)signal;
  siglongjmp(escape, 1);
}

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_SIGBUS);
  char *range = holes(1), *bytes = filled(1);
  struct uffd_msg none;
  enlist(uffd, range, 1, MISSING);
  signal(SIGBUS, on_sigbus);
  if (sigsetjmp(escape, 1) == 0)
    say("read %d", *(volatile char *)range);
  else
    copy(uffd, range, bytes, PAGE, 0);
  say("read %d", *(volatile char *)range);
  fcntl(uffd, F_SETFL, O_NONBLOCK);
  say("message: %s", read(uffd, &none, sizeof(none)) < 0 ? strerrorname_np(errno) : "one");
  return 0;
}
