/*
 * Calls UFFDIO_WAKE of length 0, which the kernel refuses at once, as fast as asked and knows how often. Its threads never
 * sleep, so on two CPUs the recorder gets none of its own. Arguments: threads, calls, calls a second of all threads (0: all
 * it can). Says how far the first thread is, by tenths, and then what all did.
 */
#include "../../kernel/programs/uffd.h"

static int uffd;
static unsigned long share;
static double rate;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *spin(void *first) {
  struct uffdio_range nothing = {0, 0};
  unsigned long calls = 0, told = 0;
  double start = now();
  while (calls < share) {
    /* At full speed looks at the clock after some calls only. */
    unsigned long due = rate > 0 ? (unsigned long)((now() - start) * rate) : calls + 64;
    for (; calls < due && calls < share; calls++)
      if (ioctl(uffd, UFFDIO_WAKE, &nothing) != -1 || errno != EINVAL) abort();
    if (!first || calls * 10 / share == told) continue;
    told = calls * 10 / share;
    printf("%lu tenths\n", told);
    fflush(stdout);
  }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[16];
  int count = argc > 3 ? atoi(argv[1]) : 0;
  if (count < 1 || count > 16) return 2;
  share = strtoul(argv[2], NULL, 10) / (unsigned long)count;
  rate = atof(argv[3]) / count;
  uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  struct uffdio_api api = {.api = UFFD_API};
  if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api)) return 3;
  double start = now();
  for (long i = 0; i < count; i++)
    if (pthread_create(&threads[i], NULL, spin, (void *)(long)(i == 0))) return 3;
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  unsigned long total = share * (unsigned long)count;
  printf("{\"calls\":%lu,\"perSecond\":%.0f}\n", total, (double)total / (now() - start));
  return 0;
}
