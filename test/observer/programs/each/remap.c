/* REMAP: the registration follows the memory. */
#include "../small.h"

static char *range, *place;

static void *remapper(void *unused) {
  (void)unused;
  if (mremap(range, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) == MAP_FAILED) die("mremap");
  return NULL;
}

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_EVENT_REMAP);
  char *bytes = filled(1);
  range = holes(2);
  place = holes(2);
  enlist(uffd, range, 2, MISSING);
  pthread_t thread = run(remapper, NULL);
  message(uffd);
  finish(thread);
  copy(uffd, range, bytes, PAGE, 0); /* ENOENT: moved away */
  copy(uffd, place, bytes, PAGE, 0);
  return 0;
}
