/* A userfaultfd from /dev/userfaultfd, and a flag it does not know. */
#include "../small.h"

int main(void) {
  char *range = holes(1), *bytes = filled(1);
  int device = open("/dev/userfaultfd", O_RDWR | O_CLOEXEC);
  if (device < 0) die("/dev/userfaultfd");
  int bad = ioctl(device, _IO(0xAA, 0), 0x40000000);
  say("IOC_NEW %s", bad < 0 ? strerrorname_np(errno) : "ok");
  int uffd = ioctl(device, _IO(0xAA, 0), O_CLOEXEC);
  say("IOC_NEW %s", uffd < 0 ? strerrorname_np(errno) : "ok");
  api(uffd, 0);
  enlist(uffd, range, 1, MISSING);
  pthread_t thread = writer(range);
  message(uffd);
  copy(uffd, range, bytes, PAGE, 0);
  finish(thread);
  return 0;
}
