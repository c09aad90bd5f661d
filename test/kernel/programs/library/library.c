/* Two callers of ioctl() inside a shared library: none of their frames is in the program's own text. */
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

static struct uffdio_range range;

__attribute__((visibility("default"))) void library_storm(int uffd, unsigned long amount) {
  for (unsigned long i = 0; i < amount; i++) {
    ioctl(uffd, UFFDIO_WAKE, &range);
    ioctl(uffd, UFFDIO_WAKE, &range);
    ioctl(uffd, UFFDIO_WAKE, &range);
  }
}
