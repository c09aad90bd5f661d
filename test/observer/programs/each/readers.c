/* Messages by every kind of read: several at once, into a vector, and by a reader that spins on O_NONBLOCK. */
#include <stdatomic.h>
#include <sys/prctl.h>

#include "../small.h"

#define THREADS 6

/* Faults that nobody has read yet: the kernel says how many in fdinfo. */
static void await_pending(int uffd, int wanted) {
  char path[64], line[256];
  snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", uffd);
  for (int pending = -1; pending != wanted;) {
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) sscanf(line, "pending: %d", &pending);
    if (file) fclose(file);
  }
}

int main(void) {
  int uffd = uffd_with(UFFD_FEATURE_THREAD_ID);
  char *range = holes(THREADS + 2), *bytes = filled(1);
  struct uffd_msg got[THREADS];
  pthread_t threads[THREADS];
  enlist(uffd, range, THREADS + 2, MISSING);
  for (int i = 0; i < THREADS; i++) threads[i] = writer(range + i * PAGE);
  await_pending(uffd, THREADS);
  ssize_t first = read(uffd, got, 2 * sizeof(got[0]) + 5);
  struct iovec vectors[] = {{got + 2, sizeof(got[0])}, {got + 3, 3 * sizeof(got[0])}};
  ssize_t second = readv(uffd, vectors, 2);
  say("read %zd bytes, readv %zd bytes", first, second);
  for (int i = 0; i < THREADS; i++) copy(uffd, range + i * PAGE, bytes, PAGE, 0);
  for (int i = 0; i < THREADS; i++) finish(threads[i]);

  fcntl(uffd, F_SETFL, O_NONBLOCK);
  for (int i = 0; i < 2; i++) {
    char *page = range + (THREADS + i) * PAGE;
    pthread_t thread = writer(page);
    ssize_t length;
    do
      length = read(uffd, got, sizeof(got));
    while (length < 0 && errno == EAGAIN);
    say("the spinning reader got %zd bytes", length);
    copy(uffd, page, bytes, PAGE, 0);
    finish(thread);
  }
  return 0;
}
