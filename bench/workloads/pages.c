/* The two works that need a userfaultfd: moving pages, and serving faults. */
#include "light.h"

#define PAGE 4096ul
#define PAGES 1024ul

static int uffd;
static char *range;

void open_uffd(void) {
  uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
  struct uffdio_api api = {.api = UFFD_API};
  if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api)) die("userfaultfd");
}

static char *map(bool fill) {
  char *start = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) die("mmap");
  madvise(start, PAGES * PAGE, MADV_NOHUGEPAGE);
  struct uffdio_register missing = {.range = {(unsigned long)start, PAGES * PAGE}, .mode = 1};
  if (fill)
    for (unsigned long i = 0; i < PAGES; i++) start[i * PAGE] = 1;
  if (ioctl(uffd, UFFDIO_REGISTER, &missing)) die("UFFDIO_REGISTER");
  return start;
}

/* UNREGISTER is not counted: munmap does that. */
static void unmap(char *start) { munmap(start, PAGES * PAGE); }

unsigned long move_pages(unsigned pages_per_call) {
  char *to = map(false), *from = map(true);
  unsigned long bytes = pages_per_call * PAGE, calls = 0;
  unsigned in_slice = pages_per_call == 1 ? 128 : 16;
  for (unsigned long long begin = now_ns(); !time_is_up(begin);) {
    for (unsigned i = 0; i < in_slice; i++, calls++) {
      unsigned long offset = calls * bytes % (PAGES * PAGE);
      if (offset == 0 && calls > 0) {
        char *other = to;
        to = from;
        from = other;
      }
      struct uffdio_move move = {
          .dst = (unsigned long)to + offset, .src = (unsigned long)from + offset, .len = bytes};
      if (ioctl(uffd, UFFDIO_MOVE, &move)) die("UFFDIO_MOVE");
    }
    unsigned long long finish = now_ns();
    slice(begin, finish, in_slice);
    begin = finish;
  }
  unmap(to);
  unmap(from);
  return calls;
}

/* Ends when the message is for the last page, which is touched when time is up. */
static void *handle(void *count) {
  static char bytes[PAGE] __attribute__((aligned(4096)));
  struct uffd_msg message;
  unsigned long address = 0;
  while (address != (unsigned long)range + (PAGES - 1) * PAGE) {
    if (read(uffd, &message, sizeof(message)) != sizeof(message)) die("read");
    address = message.arg.pagefault.address & ~(PAGE - 1);
    struct uffdio_copy copy = {.dst = address, .src = (unsigned long)bytes, .len = PAGE};
    if (ioctl(uffd, UFFDIO_COPY, &copy)) die("UFFDIO_COPY");
    ++*(unsigned long *)count;
  }
  return NULL;
}

unsigned long serve(bool pinned) {
  unsigned long count = 0;
  pthread_t handler;
  if (!pinned) pin(-1);
  range = map(false);
  if (pthread_create(&handler, NULL, handle, &count)) die("pthread_create");
  for (unsigned long long begin = now_ns(); !time_is_up(begin);) {
    for (unsigned long i = 0; i < PAGES - 1; i++) {
      begin = now_ns();
      *(volatile char *)(range + i * PAGE) = 1;
      slice(begin, now_ns(), 1);
    }
    madvise(range, PAGES * PAGE, MADV_DONTNEED);
  }
  *(volatile char *)(range + (PAGES - 1) * PAGE) = 1;
  pthread_join(handler, NULL);
  unmap(range);
  if (!pinned) pin((int)sysconf(_SC_NPROCESSORS_ONLN) - 1);
  return count;
}
