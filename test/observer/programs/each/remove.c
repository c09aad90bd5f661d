/* REMOVE, and EAGAIN to everything while its message is unread. */
#include "../small.h"

static char *range;

static void *remover(void *unused) {
  (void)unused;
  if (madvise(range, 2 * PAGE, MADV_DONTNEED)) die("madvise");
  return NULL;
}

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_EVENT_REMOVE);
  char *bytes = filled(2);
  struct pollfd unread = {.fd = uffd, .events = POLLIN};
  int flags = fcntl(uffd, F_GETFL);
  range = holes(4);
  enlist(uffd, range, 4, MISSING);
  copy(uffd, range, bytes, PAGE, 0);
  pthread_t thread = run(remover, NULL);
  /* poll() works on a non-blocking userfaultfd only. */
  fcntl(uffd, F_SETFL, flags | O_NONBLOCK);
  if (poll(&unread, 1, 5000) != 1) die("poll");
  copy(uffd, range + 2 * PAGE, bytes, PAGE, 0);
  move(uffd, range + 2 * PAGE, bytes + PAGE, PAGE, 0);
  zeropage(uffd, range + 2 * PAGE, PAGE);
  wake(uffd, range, PAGE);
  message(uffd);
  finish(thread);
  copy(uffd, range + 2 * PAGE, bytes, PAGE, 0);
  return 0;
}
