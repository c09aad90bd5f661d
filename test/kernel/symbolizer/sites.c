/*
 * Ways to make one system call. The argument picks the way; each line that the symbolizer must name ends in a comment
 * with the name of its way.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REQUEST 0xc028aa05ul /* on descriptor -1: it fails, which does not matter here */

static volatile int sink;

__attribute__((noinline)) static void direct(void) {
  sink = ioctl(-1, REQUEST, 0); /* direct */
  sink++;
}

__attribute__((noinline)) static int inner(int fd, unsigned long request) {
  int result = ioctl(fd, request, &sink); /* wrappers-inner */
  return result + sink;
}

__attribute__((noinline)) static int outer(int fd, unsigned long request) {
  int before = sink;
  int result = inner(fd, request); /* wrappers-outer */
  return result + before;
}

__attribute__((noinline)) static void wrappers(void) {
  sink = outer(-1, REQUEST) + 1; /* wrappers */
  sink++;
}

__attribute__((noinline)) static void raw(void) {
  sink = (int)syscall(SYS_ioctl, -1, REQUEST, 0); /* raw */
  sink++;
}

__attribute__((noinline)) static void assembly(void) {
  long result = SYS_ioctl;
  register long fd __asm__("rdi") = -1, request __asm__("rsi") = (long)REQUEST, argument __asm__("rdx") = 0;
  __asm__ volatile("syscall" : "+a"(result) : "r"(fd), "r"(request), "r"(argument) : "rcx", "r11", "memory"); /* assembly */
  sink = (int)result;
}

__attribute__((always_inline)) static inline int inlined_callee(int value) {
  int result = ioctl(-1, REQUEST, value); /* inlined-callee */
  return result + 1;
}

__attribute__((noinline)) static void inlined(void) {
  sink++;
  sink = inlined_callee(sink); /* inlined */
  sink++;
}

__attribute__((noinline)) static void deep(int depth) {
  char padding[64];
  memset(padding, depth, sizeof padding);
  if (depth == 0) direct(); /* deep */
  else deep(depth - 1);
  sink += padding[depth & 63];
}

__attribute__((noinline)) static void plugin(const char *path) {
  void *library = dlopen(path, RTLD_NOW);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return;
  }
  void (*entry)(void);
  *(void **)&entry = dlsym(library, "plugin_entry");
  entry(); /* plugin */
  sink++;
}

int main(int argc, char **argv) {
  const char *way = argc > 1 ? argv[1] : "direct";
  if (strcmp(way, "direct") == 0) direct();
  else if (strcmp(way, "wrappers") == 0) wrappers();
  else if (strcmp(way, "raw") == 0) raw();
  else if (strcmp(way, "assembly") == 0) assembly();
  else if (strcmp(way, "inlined") == 0) inlined();
  else if (strcmp(way, "deep") == 0) deep(5);
  else if (strcmp(way, "plugin") == 0 && argc > 2) plugin(argv[2]);
  else return 2;
  return 0;
}
