/* One scenario of userfaultfd use: waits for "go" on stdin, acts, prints what it measured of itself, waits to end. */
#include "scenario.h"
#include "uffd.h"

char extra[256];
static size_t amount = 1000;

/* Every ioctl once, and each as the kernel likes it. */
static void each_ioctl(int uffd) {
  char *range = map_pages(16, false), *source = map_pages(16, true);
  static char bytes[PAGE] __attribute__((aligned(4096)));
  register_range(uffd, range, 16, MISSING | WP);
  copy_pages_of(uffd, range, bytes, 1);
  struct uffdio_zeropage zero = {.range = {(unsigned long)range + PAGE, PAGE}};
  counted(uffd, UFFDIO_ZEROPAGE, &zero);
  move_pages_of(uffd, range + 2 * PAGE, source, 2);
  struct uffdio_writeprotect protect = {.range = {(unsigned long)range, PAGE}, .mode = 1};
  counted(uffd, UFFDIO_WRITEPROTECT, &protect);
  struct uffdio_poison poison = {.range = {(unsigned long)range + 8 * PAGE, PAGE}};
  counted(uffd, UFFDIO_POISON, &poison);
  struct uffdio_range whole = {(unsigned long)range, 16 * PAGE};
  counted(uffd, UFFDIO_WAKE, &whole);
  int file = (int)syscall(SYS_memfd_create, "shared", 0);
  if (file < 0 || ftruncate(file, PAGE)) die("memfd");
  char *writer = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  writer[0] = 1;
  register_range(uffd, shared, 1, MINOR);
  struct uffdio_continue resume = {.range = {(unsigned long)shared, PAGE}};
  counted(uffd, UFFDIO_CONTINUE, &resume);
  counted(uffd, UFFDIO_UNREGISTER, &whole);
  snprintf(extra, sizeof(extra), "\"range\":%lu,\"source\":%lu,\"fd\":%d", (unsigned long)range, (unsigned long)source, uffd);
}

static void errors(int uffd) {
  char *range = map_pages(16, false), *source = map_pages(16, true);
  register_range(uffd, range, 16, MISSING);
  move_pages_of(uffd, range, source, 1);
  move_pages_of(uffd, range, source + PAGE, 1);     /* EEXIST */
  move_pages_of(uffd, range + PAGE, source, 1);     /* ENOENT: moved away */
  move_pages_of(uffd, range + 1, source, 1);        /* EINVAL */
  move_pages_of(uffd, range + 2 * PAGE, source + 14 * PAGE, 4); /* partial, then the end of the mapping */
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
  move_pages_of(uffd, range + 4 * PAGE, source + 4 * PAGE, 1); /* EBUSY: not exclusive since the fork */
  source[5 * PAGE] = 1;
  madvise(source + 7 * PAGE, PAGE, MADV_DONTNEED);
  move_pages_of(uffd, range + 5 * PAGE, source + 5 * PAGE, 2); /* EAGAIN with 4096: the second is still shared */
  unsigned unknown = _IOWR(0xAA, 0x77, struct uffdio_copy);
  struct uffdio_copy copy = {.dst = 0x1111, .src = 0x2222, .len = 0x3333, .mode = 0x4444, .copy = 0x5555};
  counted(uffd, unknown, &copy);
  counted(STDIN_FILENO, UFFDIO_COPY, &copy); /* ENOTTY: not a userfaultfd */
  counted(999, UFFDIO_COPY, &copy);          /* EBADF */
  counted(uffd, UFFDIO_COPY, (void *)8);     /* EFAULT: the struct itself */
}

static void storm(int uffd) {
  char *a = map_pages(256, false), *b = map_pages(256, true);
  register_range(uffd, a, 256, MISSING);
  register_range(uffd, b, 256, MISSING);
  for (size_t i = 0; i < amount; i++) {
    size_t page = i % 256 * PAGE;
    bool forth = i / 256 % 2 == 0;
    move_pages_of(uffd, (forth ? a : b) + page, (forth ? b : a) + page, 1);
  }
}

static void served(int uffd) {
  struct handler handler = {.uffd = uffd, .faults = amount, .range = map_pages(amount, false)};
  register_range(uffd, handler.range, amount, MISSING);
  start_handler(&handler);
  for (size_t i = 0; i < amount; i++) {
    unsigned long long start = now_ns();
    *(volatile char *)(handler.range + i * PAGE) = 1;
    add_fault_ns(now_ns() - start);
  }
  pthread_join(handler.thread, NULL);
  snprintf(extra, sizeof(extra), "\"range\":%lu", (unsigned long)handler.range);
}

/* The same, but the kernel touches the pages on the program's behalf. */
static void served_in_kernel(int uffd) {
  struct handler handler = {.uffd = uffd, .faults = amount, .range = map_pages(amount, false)};
  register_range(uffd, handler.range, amount, MISSING);
  start_handler(&handler);
  int zero = open("/dev/zero", O_RDONLY);
  for (size_t i = 0; i < amount; i++) {
    unsigned long long start = now_ns();
    if (read(zero, handler.range + i * PAGE, 8) != 8) die("read into a missing page");
    add_fault_ns(now_ns() - start);
  }
  pthread_join(handler.thread, NULL);
}

/* The same, but the kernel looks the pages up: no access traps. */
static void looked_up(int uffd) {
  struct handler handler = {.uffd = uffd, .faults = amount, .range = map_pages(amount, false)};
  register_range(uffd, handler.range, amount, MISSING);
  start_handler(&handler);
  for (size_t i = 0; i < amount; i++) {
    unsigned long long start = now_ns();
    if (madvise(handler.range + i * PAGE, PAGE, 23 /* MADV_POPULATE_WRITE */)) die("MADV_POPULATE_WRITE");
    add_fault_ns(now_ns() - start);
  }
  pthread_join(handler.thread, NULL);
}

static void *touch(void *address) {
  *(volatile char *)address = 1;
  return NULL;
}

/* `amount` threads fault, one read takes all their messages; the last page is read with readv. */
static void batch(int uffd) {
  static char bytes[PAGE] __attribute__((aligned(4096)));
  char *range = map_pages(amount, false);
  pthread_t threads[64];
  struct uffd_msg messages[64];
  if (amount > 64) amount = 64;
  register_range(uffd, range, amount, MISSING);
  for (size_t i = 0; i < amount; i++)
    if (pthread_create(&threads[i], NULL, touch, range + i * PAGE)) die("pthread_create");
  usleep(100000);
  size_t half = amount / 2;
  ssize_t got = read(uffd, messages, half * sizeof(messages[0]));
  struct iovec vectors[2] = {{messages + half, sizeof(messages[0])},
                             {messages + half + 1, (amount - half - 1) * sizeof(messages[0])}};
  ssize_t more = readv(uffd, vectors, 2);
  for (size_t i = 0; i < amount; i++) copy_pages_of(uffd, range + i * PAGE, bytes, 1);
  for (size_t i = 0; i < amount; i++) pthread_join(threads[i], NULL);
  /* Something that looks like messages and is none: 64 bytes of a file. */
  char other[64];
  int zero = open("/dev/zero", O_RDONLY);
  if (read(zero, other, sizeof(other)) != 64) die("read");
  snprintf(extra, sizeof(extra), "\"read\":%zd,\"readv\":%zd", got / 32, more / 32);
}

/* A child made by fork uses a userfaultfd of its own, and so does what it becomes by exec. */
static void children(int uffd) {
  (void)uffd;
  pid_t child = fork();
  if (child == 0) {
    amount = 100;
    storm(open_uffd(0));
    execl("/proc/self/exe", "scenarios", "storm-now", "50", (char *)NULL);
    _exit(9);
  }
  int status = 0;
  waitpid(child, &status, 0);
  snprintf(extra, sizeof(extra), "\"child\":%d,\"status\":%d", child, status);
}

static void *late(void *argument) {
  pthread_setname_np(pthread_self(), "late-comer");
  storm(*(int *)argument);
  return NULL;
}

static void late_thread(int uffd) {
  pthread_t thread;
  usleep(50000);
  if (pthread_create(&thread, NULL, late, &uffd)) die("pthread_create");
  pthread_join(thread, NULL);
}

/* One thread waits for a page that nobody brings. */
static void waiting(int uffd) {
  char *range = map_pages(1, false);
  pthread_t thread;
  register_range(uffd, range, 1, MISSING);
  if (pthread_create(&thread, NULL, touch, range)) die("pthread_create");
  usleep(100000);
  snprintf(extra, sizeof(extra), "\"range\":%lu", (unsigned long)range);
}

static __attribute__((noinline)) int wrapped_wake(int uffd) {
  static struct uffdio_range range;
  return counted(uffd, UFFDIO_WAKE, &range);
}

/* Two callers of one wrapper at the same depth, and one more level: three sites, many calls. */
static __attribute__((noinline)) void first_caller(int uffd) { wrapped_wake(uffd); __asm__ volatile(""); }
static __attribute__((noinline)) void second_caller(int uffd) { wrapped_wake(uffd); __asm__ volatile(""); }
static __attribute__((noinline)) void outer_caller(int uffd) { first_caller(uffd); __asm__ volatile(""); }

static void sites(int uffd) {
  for (size_t i = 0; i < amount; i++) {
    first_caller(uffd);
    second_caller(uffd);
    outer_caller(uffd);
  }
}

void library_storm(int uffd, unsigned long amount);

static void library(int uffd) { library_storm(uffd, amount); }

/* Creates its userfaultfd from the device. */
static void device(int uffd) {
  (void)uffd;
  int file = open("/dev/userfaultfd", O_RDWR);
  if (file < 0) die("/dev/userfaultfd");
  int made = ioctl(file, 0xaa00, O_CLOEXEC);
  snprintf(extra, sizeof(extra), "\"made\":%d", made);
}

/* Memory calls that explain failures. */
static void memory_calls(int uffd) {
  (void)uffd;
  char *range = map_pages(8, true);
  madvise(range, PAGE, MADV_DONTNEED);
  mprotect(range, PAGE, PROT_READ);
  mlock(range + PAGE, PAGE);
  char *moved = mremap(range + 4 * PAGE, 4 * PAGE, 2 * PAGE, 0);
  munmap(range, 2 * PAGE);
  snprintf(extra, sizeof(extra), "\"range\":%lu,\"moved\":%lu", (unsigned long)range, (unsigned long)moved);
}

static const struct scenario {
  const char *name;
  void (*run)(int uffd);
  unsigned long long features;
  /* Done before anybody attaches. */
  void (*prepare)(int uffd);
} scenarios[] = {
    {"each-ioctl", each_ioctl, 0, NULL},       {"errors", errors, 0, NULL},     {"storm", storm, 0, NULL},
    {"served", served, THREAD_ID, NULL},       {"kernel", served_in_kernel, 0, NULL}, {"batch", batch, THREAD_ID, NULL},
    {"children", children, 0, NULL},           {"late", late_thread, 0, NULL},  {"waiting", waiting, 0, NULL},
    {"sites", sites, 0, NULL},                 {"device", device, 0, NULL},     {"memory", memory_calls, 0, NULL},
    {"library", library, 0, NULL},             {"kinds", kinds, 1, NULL},       {"woken-in-vain", woken_in_vain, 0, NULL},
    {"refused", refused_fault, 0x80, NULL},
    {"looked-up", looked_up, THREAD_ID, NULL}, {"preempted", preempted, THREAD_ID, NULL}, {"buffers", buffers, 0, NULL},       {"mergeable", mergeable, 0, NULL},
    {"blocked", resolve_early, THREAD_ID, block_early},
};

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  if (argc > 2) amount = strtoul(argv[2], NULL, 10);
  if (strcmp(argv[1], "storm-now") == 0) {
    storm(open_uffd(0));
    return 0;
  }
  if (strcmp(argv[1], "idle") == 0) {
    wait_for_go();
    return 0;
  }
  for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
    if (strcmp(argv[1], scenarios[i].name) != 0) continue;
    int uffd = open_uffd(scenarios[i].features);
    if (scenarios[i].prepare) scenarios[i].prepare(uffd);
    wait_for_go();
    scenarios[i].run(uffd);
    print_truth(extra);
    wait_for_go();
    return 0;
  }
  return 2;
}
