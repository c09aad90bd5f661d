#include "uffd.h"

#define MAX_KINDS 64
#define MAX_SAMPLES 400000

struct kind {
  unsigned request;
  int error;
  unsigned long long count;
};

struct series {
  unsigned request;
  unsigned *ns;
  size_t count;
};

static struct kind kinds[MAX_KINDS];
static size_t kind_count;
static struct series calls[16];
static size_t call_count;
static struct series faults;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

unsigned long long now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (unsigned long long)time.tv_sec * 1000000000ull + (unsigned long long)time.tv_nsec;
}

void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

static void add(struct series *series, unsigned long long ns) {
  if (!series->ns) series->ns = malloc(MAX_SAMPLES * sizeof(unsigned));
  if (!series->ns) die("malloc");
  if (series->count < MAX_SAMPLES) series->ns[series->count++] = ns > 0xffffffffull ? 0xffffffffu : (unsigned)ns;
}

static void note(unsigned request, int error, unsigned long long ns) {
  size_t i = 0;
  while (i < kind_count && (kinds[i].request != request || kinds[i].error != error)) i++;
  if (i == kind_count) {
    if (kind_count == MAX_KINDS) die("too many kinds of call");
    kinds[kind_count++] = (struct kind){request, error, 0};
  }
  kinds[i].count++;
  size_t s = 0;
  while (s < call_count && calls[s].request != request) s++;
  if (s == call_count) {
    if (call_count == 16) return;
    calls[call_count++].request = request;
  }
  add(&calls[s], ns);
}

int counted(int fd, unsigned request, void *argument) {
  unsigned long long start = now_ns();
  int error = ioctl(fd, request, argument) < 0 ? errno : 0;
  unsigned long long ns = now_ns() - start;
  pthread_mutex_lock(&lock);
  note(request, error, ns);
  pthread_mutex_unlock(&lock);
  return error;
}

void add_fault_ns(unsigned long long ns) {
  pthread_mutex_lock(&lock);
  add(&faults, ns);
  pthread_mutex_unlock(&lock);
}

static int compare(const void *a, const void *b) {
  unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
  return (x > y) - (x < y);
}

static unsigned median(struct series *series) {
  if (series->count == 0) return 0;
  qsort(series->ns, series->count, sizeof(unsigned), compare);
  return series->ns[series->count / 2];
}

void print_truth(const char *extra) {
  printf("{\"calls\":{");
  for (size_t i = 0; i < kind_count; i++)
    printf("%s\"%x %d\":%llu", i ? "," : "", kinds[i].request, kinds[i].error, kinds[i].count);
  printf("},\"callNs\":{");
  for (size_t i = 0; i < call_count; i++)
    printf("%s\"%x\":%u", i ? "," : "", calls[i].request, median(&calls[i]));
  printf("},\"faults\":%zu,\"faultNs\":%u%s%s}\n", faults.count, median(&faults), extra[0] ? "," : "", extra);
  fflush(stdout);
}

void wait_for_go(void) {
  char line[16];
  printf("ready %d\n", getpid());
  fflush(stdout);
  if (!fgets(line, sizeof(line), stdin)) exit(0);
}
