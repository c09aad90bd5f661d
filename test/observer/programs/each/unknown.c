/* Numbers that no kernel knows, and descriptors that are no userfaultfd: EINVAL, ENOTTY, EBADF. */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(0);
  char *range = holes(1);
  char room[64] = {0};
  call(uffd, "unknown with a struct", _IOWR(0xAA, 0x77, struct uffdio_copy), room, NULL);
  call(uffd, "unknown without", _IO(0xAA, 0x55), NULL, NULL);
  call(uffd, "COPY of another size", _IOWR(0xAA, 0x03, struct uffdio_range), room, NULL);
  wake(STDIN_FILENO, range, PAGE);
  wake(999, range, PAGE);
  return 0;
}
