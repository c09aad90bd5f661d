#define _GNU_SOURCE
#include "collector.h"
#include "fail.h"
#include "truth.h"
#include "uffd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_descriptor(void) {
  /* Only the mutators' own accesses fault here, never the kernel's, so no privilege is needed. */
  int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
  if (uffd < 0) fail_errno("userfaultfd(2) (Linux 5.11 or newer, and a sandbox that allows it)");
  return uffd;
}

/* A descriptor takes one handshake, and a feature that is asked for but missing fails it: ask on a descriptor apart. */
static __u64 features_offered(void) {
  int uffd = open_descriptor();
  struct uffdio_api api = {.api = UFFD_API};
  if (TIMED_IOCTL(OP_API, uffd, UFFDIO_API, &api) != 0) fail_errno("UFFDIO_API");
  close(uffd);
  return api.features;
}

int uffd_open(enum mode mode) {
  __u64 features = UFFD_FEATURE_THREAD_ID;
  if (mode == MODE_MOVE) features |= UFFD_FEATURE_MOVE;
  if ((features_offered() & features) != features)
    fail("this kernel has no UFFDIO_MOVE (it came with Linux 6.8); use --mode copy");
  int uffd = open_descriptor();
  struct uffdio_api api = {.api = UFFD_API, .features = features};
  if (TIMED_IOCTL(OP_API, uffd, UFFDIO_API, &api) != 0) fail_errno("UFFDIO_API");
  return uffd;
}

void uffd_register(int uffd, char *start, size_t length) {
  struct uffdio_register range = {
      .range = {.start = (__u64)(uintptr_t)start, .len = length},
      .mode = UFFDIO_REGISTER_MODE_MISSING,
  };
  if (TIMED_IOCTL(OP_REGISTER, uffd, UFFDIO_REGISTER, &range) != 0) fail_errno("UFFDIO_REGISTER");
}

void uffd_unregister(int uffd, char *start, size_t length) {
  struct uffdio_range range = {.start = (__u64)(uintptr_t)start, .len = length};
  if (TIMED_IOCTL(OP_UNREGISTER, uffd, UFFDIO_UNREGISTER, &range) != 0) fail_errno("UFFDIO_UNREGISTER");
}
