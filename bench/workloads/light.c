/*
 * Work whose cost under a tracer is measured, by its own clock. Reads commands "WORK MILLISECONDS" from stdin and answers
 * each with a line "COUNT NANOSECONDS": how often it did the work in all, and what once costs. Stays one process, so a
 * tracer attaches once for all. A quarter of the time is warm-up; then the median over short slices, because whatever else
 * the machine does can only make a slice slower.
 */
#include <sched.h>

#include "light.h"

#define MAX_SLICES 100000

static double slices[MAX_SLICES];
static size_t slice_count;
static unsigned long long warm_until, end;

unsigned long long now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (unsigned long long)time.tv_sec * 1000000000ull + (unsigned long long)time.tv_nsec;
}

void die(const char *what) {
  perror(what);
  exit(3);
}

void slice(unsigned long long begin, unsigned long long finish, unsigned count) {
  if (begin >= warm_until && slice_count < MAX_SLICES) slices[slice_count++] = (double)(finish - begin) / count;
}

bool time_is_up(unsigned long long now) { return now >= end; }

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu >= 0)
    CPU_SET(cpu, &set);
  else
    for (int i = 0; i < sysconf(_SC_NPROCESSORS_CONF); i++) CPU_SET(i, &set);
  if (sched_setaffinity(0, sizeof(set), &set)) die("sched_setaffinity");
}

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static unsigned long getppids(void) {
  unsigned long count = 0;
  for (unsigned long long begin = now_ns(); !time_is_up(begin); count += 1000) {
    for (int i = 0; i < 1000; i++) syscall(SYS_getppid);
    unsigned long long finish = now_ns();
    slice(begin, finish, 1000);
    begin = finish;
  }
  return count;
}

/* An ioctl that is none of userfaultfd's, on the traced process: what a tracer costs those. */
static unsigned long other_ioctls(void) {
  unsigned long count = 0;
  int bytes, file = open("/dev/null", O_RDONLY);
  for (unsigned long long begin = now_ns(); !time_is_up(begin); count += 1000) {
    for (int i = 0; i < 1000; i++) ioctl(file, 0x541b /* FIONREAD */, &bytes);
    unsigned long long finish = now_ns();
    slice(begin, finish, 1000);
    begin = finish;
  }
  close(file);
  return count;
}

static unsigned long move_singly(void) { return move_pages(1); }
static unsigned long move_batches(void) { return move_pages(64); }
static unsigned long serve_pinned(void) { return serve(true); }
static unsigned long serve_free(void) { return serve(false); }

static const struct {
  const char *name;
  unsigned long (*run)(void);
} works[] = {{"getppid", getppids},   {"ioctl", other_ioctls},  {"move", move_singly},
             {"move64", move_batches}, {"served", serve_pinned}, {"served-free", serve_free}};

int main(void) {
  char name[32];
  unsigned ms;
  open_uffd();
  pin((int)sysconf(_SC_NPROCESSORS_ONLN) - 1);
  printf("ready\n");
  fflush(stdout);
  while (scanf("%31s %u", name, &ms) == 2) {
    size_t i = 0;
    while (i < sizeof(works) / sizeof(works[0]) && strcmp(works[i].name, name) != 0) i++;
    if (i == sizeof(works) / sizeof(works[0])) return 2;
    unsigned long long begin = now_ns();
    warm_until = begin + ms * 250000ull;
    end = begin + ms * 1000000ull;
    slice_count = 0;
    unsigned long count = works[i].run();
    qsort(slices, slice_count, sizeof(slices[0]), compare);
    printf("%lu %.1f\n", count, slice_count ? slices[slice_count / 2] : 0);
    fflush(stdout);
  }
  return 0;
}
