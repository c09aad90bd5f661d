/* Faults that do not simply end with a page: other kinds, woken in vain, refused. */
#include <sched.h>
#include <setjmp.h>
#include <signal.h>

#include "scenario.h"
#include "uffd.h"

static void *write_first_byte(void *address) {
  *(volatile char *)address = 2;
  return NULL;
}

static pthread_t write_in_thread(void *address) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, write_first_byte, address)) die("pthread_create");
  return thread;
}

void kinds(int uffd) {
  struct uffd_msg message;
  char *range = map_pages(1, true);
  register_range(uffd, range, 1, WP);
  struct uffdio_writeprotect protect = {.range = {(unsigned long)range, PAGE}, .mode = 1};
  counted(uffd, UFFDIO_WRITEPROTECT, &protect);
  pthread_t thread = write_in_thread(range);
  if (!read_message(uffd, &message, 5000)) die("no message of the protected page");
  protect.mode = 0;
  counted(uffd, UFFDIO_WRITEPROTECT, &protect);
  pthread_join(thread, NULL);

  int file = (int)syscall(SYS_memfd_create, "shared", 0);
  if (file < 0 || ftruncate(file, PAGE)) die("memfd");
  char *writer = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  writer[0] = 1;
  register_range(uffd, shared, 1, MINOR);
  thread = write_in_thread(shared);
  if (!read_message(uffd, &message, 5000)) die("no message of the shared page");
  struct uffdio_continue resume = {.range = {(unsigned long)shared, PAGE}};
  counted(uffd, UFFDIO_CONTINUE, &resume);
  pthread_join(thread, NULL);
  snprintf(extra, sizeof(extra), "\"protected\":%lu,\"shared\":%lu", (unsigned long)range, (unsigned long)shared);
}

void woken_in_vain(int uffd) {
  struct uffd_msg message;
  static char bytes[PAGE] __attribute__((aligned(4096)));
  char *range = map_pages(1, false);
  register_range(uffd, range, 1, MISSING);
  unsigned long long start = now_ns();
  pthread_t thread = write_in_thread(range);
  struct uffdio_range whole = {(unsigned long)range, PAGE};
  for (int i = 0; i < 3; i++) {
    if (!read_message(uffd, &message, 5000)) die("no message");
    usleep(20000);
    if (i < 2) counted(uffd, UFFDIO_WAKE, &whole);
  }
  copy_pages_of(uffd, range, bytes, 1);
  pthread_join(thread, NULL);
  add_fault_ns(now_ns() - start);
}

static sigjmp_buf escape;

static void on_sigbus(int signal) {
  (void)signal;
  siglongjmp(escape, 1);
}

/* The trap never ends. What the thread does afterwards must not be taken for its end. */
void refused_fault(int uffd) {
  char *range = map_pages(1, false);
  register_range(uffd, range, 1, MISSING);
  signal(SIGBUS, on_sigbus);
  if (sigsetjmp(escape, 1) == 0) *(volatile char *)range = 1;
  usleep(20000);
  for (int i = 0; i < 100; i++) {
    void *page = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page, PAGE);
  }
  usleep(20000);
}

static void run_first_on(int cpu, int priority) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  struct sched_param parameter = {.sched_priority = priority};
  if (sched_setaffinity(0, sizeof(one), &one)) die("sched_setaffinity");
  if (priority && sched_setscheduler(0, SCHED_FIFO, &parameter)) die("SCHED_FIFO");
}

/* Faults, and once woken keeps the CPU to itself: who woke it cannot leave the kernel meanwhile. */
static void *fault_and_spin(void *address) {
  run_first_on(0, 10);
  *(volatile char *)address = 1;
  unsigned long long end = now_ns() + 700000000ull;
  while (now_ns() < end) continue;
  return NULL;
}

void preempted(int uffd) {
  struct uffd_msg message;
  static char bytes[PAGE] __attribute__((aligned(4096)));
  char *range = map_pages(1, false);
  register_range(uffd, range, 1, MISSING);
  pthread_t thread;
  run_first_on(0, 0);
  if (pthread_create(&thread, NULL, fault_and_spin, range)) die("pthread_create");
  if (!read_message(uffd, &message, 5000)) die("no message");
  copy_pages_of(uffd, range, bytes, 1);
  pthread_join(thread, NULL);
}
