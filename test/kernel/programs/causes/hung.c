/* Programs that hang for ever; they are recorded while they do. `hung NAME`, prints "hung" when it is so. */
#include "causes.h"

char bytes[8 * 4096] __attribute__((aligned(4096)));

void expect(bool right, const char *what) {
  if (right) return;
  fprintf(stderr, "not so: %s (errno %s)\n", what, strerror(errno));
  exit(4);
}

static int uffd;
static char *range;

static void *touch_range(void *address) {
  *(volatile char *)address = 1;
  return NULL;
}

/* The only thread that reads messages touches a missing page itself. */
static void *handle(void *unused) {
  (void)unused;
  struct uffd_msg message;
  for (int i = 0; i < 2; i++) {
    struct pollfd ready = {.fd = uffd, .events = POLLIN};
    EXPECT(poll(&ready, 1, -1) == 1 && read(uffd, &message, sizeof(message)) == sizeof(message));
    EXPECT(COPY(uffd, message.arg.pagefault.address & ~(PAGE - 1), bytes, 1) == 0);
    range[4 * PAGE] = 1;
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  pthread_t thread, handler;
  bool deadlock = strcmp(argv[1], "deadlock") == 0;
  uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
  EXPECT(API(uffd, UFFD_API, THREAD_ID) == 0);
  range = MAP(8, RW, ANONYMOUS);
  EXPECT(REGISTER(uffd, range, 8, MISSING) == 0);
  /* Time to attach before it happens. */
  if (deadlock) printf("waits\n");
  fflush(stdout);
  if (deadlock) usleep(1500000);
  if (deadlock) EXPECT(pthread_create(&handler, NULL, handle, NULL) == 0);
  EXPECT(pthread_create(&thread, NULL, touch_range, range) == 0);
  usleep(200000);
  printf("hung\n");
  fflush(stdout);
  for (;;) pause();
}
