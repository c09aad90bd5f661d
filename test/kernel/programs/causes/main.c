/* Runs all cases, each in a child: `causes cause`, `causes twin`, or one of them: `causes cause NAME`. */
#include "causes.h"

char bytes[8 * 4096] __attribute__((aligned(4096)));

void expect(bool right, const char *what) {
  if (right) return;
  fprintf(stderr, "not so: %s (errno %s)\n", what, strerror(errno));
  _exit(4);
}

/* Twins have no lines to be found. */
static useconds_t settle_us;

void done(void) {
  usleep(settle_us);
  _exit(0);
}

int new_uffd(void) { return (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK); } //@ foreign cause

void write_pages(char *start, size_t pages) {
  for (size_t i = 0; i < pages; i++) memset(start + i * PAGE, (int)(i + 1 + (size_t)getpid()), PAGE);
}

struct memory prepare(unsigned long long features) {
  struct memory memory = {.uffd = new_uffd()};
  EXPECT(API(memory.uffd, UFFD_API, features) == 0);
  /* A hole between them, so that neighbours do not merge. */
  char *all = MAP(24, PROT_NONE, ANONYMOUS);
  memory.to = all;
  memory.from = all + 16 * PAGE;
  EXPECT(mmap(memory.to, 8 * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == memory.to);
  EXPECT(mmap(memory.from, 8 * PAGE, RW, ANONYMOUS | MAP_FIXED, -1, 0) == memory.from); //@ beyond-mapping cause
  EXPECT(REGISTER(memory.uffd, memory.to, 8, MISSING) == 0);
  write_pages(memory.from, 8);
  return memory;
}

void reap(pid_t child) {
  if (child == 0) _exit(0);
  EXPECT(child > 0 && waitpid(child, NULL, 0) == child);
}

static void *write_to(void *address) {
  *(volatile char *)address = 1;
  return NULL;
}

pthread_t touch(char *address) {
  pthread_t thread;
  EXPECT(pthread_create(&thread, NULL, write_to, address) == 0);
  return thread;
}

static int run(const struct test_case *cases, bool cause, const char *only) {
  int failed = 0;
  for (; cases->name; cases++) {
    if (only && strcmp(only, cases->name) != 0) continue;
    pid_t child = fork();
    if (child == 0) {
      cases->run(cause);
      done();
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status == 0) continue;
    fprintf(stderr, "%s as %s: status %d\n", cases->name, cause ? "cause" : "twin", status);
    failed++;
  }
  return failed;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  bool cause = strcmp(argv[1], "cause") == 0;
  settle_us = cause ? 250000 : 0;
  const char *only = argc > 2 ? argv[2] : NULL;
  const struct test_case *const all[] = {busy_cases,  exists_cases, absent_cases, invalid_cases,
                                         again_cases, fault_cases,  waiting_cases};
  int failed = 0;
  for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) failed += run(all[i], cause, only);
  return failed ? 1 : 0;
}
