/* Preloaded into a program: appends one line per userfaultfd request to the file named by VERDICTS_LOG, with the kernel's
   answer and the return addresses of the callers, innermost first: "request result address address ...". When the program
   ends, "blocked N" says how many of its threads the kernel still keeps waiting for a userfaultfd. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEPTH 24

static int out = -1;
static int (*real_ioctl)(int, unsigned long, ...);
static long (*real_syscall)(long, ...);

__attribute__((constructor)) static void start(void) {
  const char *path = getenv("VERDICTS_LOG");
  void *warm[2];
  real_ioctl = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
  real_syscall = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  // The first backtrace loads a library; done here, it cannot happen between the program's own steps.
  (void)backtrace(warm, 2);
  if (!path) return;
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  // A high number, so that programs see the descriptors they expect.
  out = fcntl(fd, F_DUPFD_CLOEXEC, 700);
  close(fd);
}

static void note(unsigned long request, long rc, int error) {
  unsigned number = request & 0xff;
  void *frames[DEPTH];
  char line[DEPTH * 20 + 64];
  if (out < 0 || ((request >> 8) & 0xff) != 0xaa || (number == 0 && (request >> 30) == 0)) return;
  int n = backtrace(frames, DEPTH);
  int len = snprintf(line, sizeof line, "%u %d", number, rc == 0 ? 0 : error);
  for (int i = 2; i < n; i++) len += snprintf(line + len, sizeof line - len, " %p", frames[i]);
  line[len++] = '\n';
  if (write(out, line, len) != len) abort();
}

/* Where a thread waits that nobody wakes: for its page, or for its event to be read. */
static int waits(const char *thread) {
  char path[300], where[64] = "";
  snprintf(path, sizeof path, "/proc/self/task/%s/wchan", thread);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t n = read(fd, where, sizeof where - 1);
  close(fd);
  return n > 0 && (strncmp(where, "handle_userfault", 16) == 0 || strncmp(where, "userfaultfd_event", 17) == 0);
}

__attribute__((destructor)) static void finish(void) {
  int blocked = 0;
  char line[32];
  DIR *threads = out < 0 ? NULL : opendir("/proc/self/task");
  if (!threads) return;
  for (struct dirent *e = readdir(threads); e; e = readdir(threads)) blocked += e->d_name[0] != '.' && waits(e->d_name);
  closedir(threads);
  int len = snprintf(line, sizeof line, "blocked %d\n", blocked);
  if (blocked > 0 && write(out, line, len) != len) abort();
}

__attribute__((noinline)) int ioctl(int fd, unsigned long request, ...) {
  va_list ap;
  va_start(ap, request);
  void *arg = va_arg(ap, void *);
  va_end(ap);
  int rc = real_ioctl(fd, request, arg);
  int error = errno;
  note(request, rc, error);
  errno = error;
  return rc;
}

__attribute__((noinline)) long syscall(long nr, ...) {
  va_list ap;
  long a[6];
  va_start(ap, nr);
  for (int i = 0; i < 6; i++) a[i] = va_arg(ap, long);
  va_end(ap);
  long rc = real_syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
  int error = errno;
  if (nr == SYS_ioctl) note((unsigned long)a[1], rc, error);
  errno = error;
  return rc;
}
