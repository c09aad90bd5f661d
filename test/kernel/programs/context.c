/* What explains failures and waits beside the ioctls: pins, merged pages, closed descriptors, faults from before. */
#include <linux/io_uring.h>

#include "scenario.h"
#include "uffd.h"

static char *pinned;
static pthread_t early[2];
static char *early_range;

static void pin_with_io_uring(struct iovec *buffers) {
  struct io_uring_params parameters = {0};
  int ring = (int)syscall(SYS_io_uring_setup, 4, &parameters);
  if (ring < 0) die("io_uring_setup");
  if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, buffers, 2)) die("IORING_REGISTER_BUFFERS");
  if (syscall(SYS_io_uring_register, ring, IORING_UNREGISTER_BUFFERS, NULL, 0)) die("IORING_UNREGISTER_BUFFERS");
  close(ring);
}

void buffers(int uffd) {
  (void)uffd;
  pinned = map_pages(4, true);
  struct iovec vectors[2] = {{pinned, PAGE}, {pinned + 2 * PAGE, 2 * PAGE}};
  pin_with_io_uring(vectors);
  int pipes[2];
  if (pipe(pipes) || vmsplice(pipes[1], vectors, 1, 0) != PAGE) die("vmsplice");
  int self = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (syscall(SYS_process_madvise, self, vectors, 2, MADV_COLD, 0) != 3 * PAGE) die("process_madvise");
  int other = open_uffd(0);
  close(other);
  close(pipes[0]);
  snprintf(extra, sizeof(extra), "\"pinned\":%lu,\"other\":%d", (unsigned long)pinned, other);
}

/* Two equal pages that ksmd may merge; the test switches ksmd on. */
void mergeable(int uffd) {
  (void)uffd;
  char *range = map_pages(2, false);
  memset(range, 42, 2 * PAGE);
  if (madvise(range, 2 * PAGE, MADV_MERGEABLE)) die("MADV_MERGEABLE");
  snprintf(extra, sizeof(extra), "\"range\":%lu", (unsigned long)range);
}

static void *touch_early(void *address) {
  *(volatile char *)address = 1;
  return NULL;
}

static unsigned unread_and_read(int uffd) {
  char path[64], line[64];
  unsigned total = 0;
  snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", uffd);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof(line), file)) sscanf(line, "total: %u", &total);
  if (file) fclose(file);
  return total;
}

/* Before anybody attaches: one thread whose message was read, one whose was not. */
void block_early(int uffd) {
  struct uffd_msg message;
  early_range = map_pages(2, false);
  register_range(uffd, early_range, 2, MISSING);
  if (pthread_create(&early[0], NULL, touch_early, early_range)) die("pthread_create");
  if (!read_message(uffd, &message, 5000)) die("no message");
  if (pthread_create(&early[1], NULL, touch_early, early_range + PAGE)) die("pthread_create");
  while (unread_and_read(uffd) < 2) usleep(1000);
}

void resolve_early(int uffd) {
  static char bytes[PAGE] __attribute__((aligned(4096)));
  struct uffd_msg message;
  if (!read_message(uffd, &message, 5000)) die("no second message");
  for (size_t i = 0; i < 2; i++) copy_pages_of(uffd, early_range + i * PAGE, bytes, 1);
  for (size_t i = 0; i < 2; i++) pthread_join(early[i], NULL);
  snprintf(extra, sizeof(extra), "\"range\":%lu", (unsigned long)early_range);
}
