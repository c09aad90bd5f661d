#include <stdarg.h>

#include "small.h"

void die(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(3);
}

void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
  fflush(stdout);
}

int call(int fd, const char *name, unsigned long request, void *argument, const long long *result) {
  int error = ioctl(fd, request, argument) < 0 ? errno : 0;
  const char *word = error ? strerrorname_np(error) : "ok";
  if (!result)
    say("%s %s", name, word);
  else if (*result == UNTOUCHED)
    say("%s %s, result left", name, word);
  else
    say("%s %s, result %lld", name, word, *result);
  return error;
}

int uffd_with(unsigned long long features) {
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  if (uffd < 0) die("userfaultfd");
  if (api(uffd, features)) exit(3);
  return uffd;
}

char *holes(size_t count) {
  char *start = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) die("mmap");
  madvise(start, count * PAGE, MADV_NOHUGEPAGE);
  return start;
}

char *filled(size_t count) {
  char *start = holes(count);
  for (size_t i = 0; i < count; i++) start[i * PAGE] = (char)(i + 1);
  return start;
}

void say_message(const struct uffd_msg *got) {
  switch (got->event) {
    case UFFD_EVENT_PAGEFAULT: say("message PAGEFAULT, flags %llu", got->arg.pagefault.flags); break;
    case UFFD_EVENT_FORK: say("message FORK"); break;
    case UFFD_EVENT_REMAP: say("message REMAP of %llu pages", got->arg.remap.len / PAGE); break;
    case UFFD_EVENT_REMOVE: say("message REMOVE of %llu pages", (got->arg.remove.end - got->arg.remove.start) / PAGE); break;
    case UFFD_EVENT_UNMAP: say("message UNMAP of %llu pages", (got->arg.remove.end - got->arg.remove.start) / PAGE); break;
    default: say("message 0x%x", got->event);
  }
}

struct uffd_msg message(int uffd) {
  struct uffd_msg got;
  if (read(uffd, &got, sizeof(got)) != sizeof(got)) die("read");
  say_message(&got);
  return got;
}

static void *write_byte(void *address) {
  *(volatile char *)address = 9;
  return NULL;
}

static void *read_byte(void *address) {
  (void)*(volatile char *)address;
  return NULL;
}

pthread_t run(void *(*work)(void *), void *argument) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, work, argument)) die("pthread_create");
  return thread;
}

pthread_t writer(void *address) { return run(write_byte, address); }
pthread_t reader(void *address) { return run(read_byte, address); }

void finish(pthread_t thread) {
  if (pthread_join(thread, NULL)) die("pthread_join");
}
