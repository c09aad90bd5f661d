/* A minor fault: the page is in the file, but not in this mapping. */
#include "../small.h"

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_MINOR_SHMEM);
  int file = (int)syscall(SYS_memfd_create, "shared", 0);
  if (file < 0 || ftruncate(file, 2 * PAGE)) die("memfd");
  char *inside = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *range = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  inside[0] = 1;
  enlist(uffd, range, 2, MINOR);
  pthread_t thread = reader(range);
  message(uffd);
  resume(uffd, range, PAGE);
  finish(thread);
  resume(uffd, range, PAGE);        /* EEXIST */
  resume(uffd, range + PAGE, PAGE); /* EFAULT: no page in the file */
  resume(uffd, range, 1);           /* EINVAL */
  return 0;
}
