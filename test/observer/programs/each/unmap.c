/* UNMAP: what is gone cannot be filled. */
#include "../small.h"

static char *range;

static void *unmapper(void *unused) {
  (void)unused;
  if (munmap(range + PAGE, PAGE)) die("munmap");
  return NULL;
}

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_EVENT_UNMAP);
  char *bytes = filled(1);
  range = holes(3);
  enlist(uffd, range, 3, MISSING);
  pthread_t thread = run(unmapper, NULL);
  message(uffd);
  finish(thread);
  copy(uffd, range + PAGE, bytes, PAGE, 0);
  copy(uffd, range, bytes, PAGE, 0);
  return 0;
}
