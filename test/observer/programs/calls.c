/* One function for each ioctl. The result field begins as UNTOUCHED. */
#include "small.h"

#define ADDRESS(pointer) ((unsigned long)(pointer))

int api(int uffd, unsigned long long features) {
  struct uffdio_api argument = {.api = UFFD_API, .features = features};
  return call(uffd, "API", UFFDIO_API, &argument, NULL);
}

int enlist(int uffd, void *start, size_t pages, unsigned mode) {
  struct uffdio_register argument = {.range = {ADDRESS(start), pages * PAGE}, .mode = mode};
  return call(uffd, "REGISTER", UFFDIO_REGISTER, &argument, NULL);
}

int unregister(int uffd, void *start, size_t pages) {
  struct uffdio_range argument = {ADDRESS(start), pages * PAGE};
  return call(uffd, "UNREGISTER", UFFDIO_UNREGISTER, &argument, NULL);
}

int wake(int uffd, void *start, size_t bytes) {
  struct uffdio_range argument = {ADDRESS(start), bytes};
  return call(uffd, "WAKE", UFFDIO_WAKE, &argument, NULL);
}

int copy(int uffd, void *to, const void *from, size_t bytes, unsigned long long mode) {
  struct uffdio_copy argument = {
      .dst = ADDRESS(to), .src = ADDRESS(from), .len = bytes, .mode = mode, .copy = UNTOUCHED};
  return call(uffd, "COPY", UFFDIO_COPY, &argument, (long long *)&argument.copy);
}

int move(int uffd, void *to, void *from, size_t bytes, unsigned long long mode) {
  struct uffdio_move argument = {
      .dst = ADDRESS(to), .src = ADDRESS(from), .len = bytes, .mode = mode, .move = UNTOUCHED};
  return call(uffd, "MOVE", UFFDIO_MOVE, &argument, (long long *)&argument.move);
}

int zeropage(int uffd, void *start, size_t bytes) {
  struct uffdio_zeropage argument = {.range = {ADDRESS(start), bytes}, .zeropage = UNTOUCHED};
  return call(uffd, "ZEROPAGE", UFFDIO_ZEROPAGE, &argument, (long long *)&argument.zeropage);
}

int protect(int uffd, void *start, size_t bytes, unsigned long long mode) {
  struct uffdio_writeprotect argument = {.range = {ADDRESS(start), bytes}, .mode = mode};
  return call(uffd, "WRITEPROTECT", UFFDIO_WRITEPROTECT, &argument, NULL);
}

int resume(int uffd, void *start, size_t bytes) {
  struct uffdio_continue argument = {.range = {ADDRESS(start), bytes}, .mapped = UNTOUCHED};
  return call(uffd, "CONTINUE", UFFDIO_CONTINUE, &argument, (long long *)&argument.mapped);
}

int poison(int uffd, void *start, size_t bytes) {
  struct uffdio_poison argument = {.range = {ADDRESS(start), bytes}, .updated = UNTOUCHED};
  return call(uffd, "POISON", UFFDIO_POISON, &argument, (long long *)&argument.updated);
}
