/* FORK: the message brings a descriptor, and with that the parent serves a fault of its child. */
#include "../small.h"

static char *range;

static void *forker(void *unused) {
  (void)unused;
  pid_t child = fork();
  if (child == 0) _exit(*(volatile char *)(range + PAGE) == 2 ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  say("child ended with %d", status);
  return NULL;
}

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_EVENT_FORK);
  char *bytes = filled(2);
  range = holes(2);
  enlist(uffd, range, 2, MISSING);
  pthread_t thread = run(forker, NULL);
  struct uffd_msg forked = message(uffd);
  int of_child = (int)forked.arg.fork.ufd;
  message(of_child);
  copy(of_child, range + PAGE, bytes + PAGE, PAGE, 0);
  finish(thread);
  copy(of_child, range, bytes, PAGE, 0); /* ESRCH: nobody has that memory any more */
  return 0;
}
