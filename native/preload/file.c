/* Which descriptors are userfaultfds. Asked of /proc once; a number that is reused is found out by what its calls return. */
#include <string.h>

#include "preload.h"
#include "raw.h"

#define REMEMBERED 65536

static fs_u64 uffds[REMEMBERED / 64];

enum fs_file fs_file_of(int fd) {
  char path[32] = "/proc/self/fd/", target[64] = {0}, digits[12];
  int count = 0;
  if (fd < 0) return FS_FILE_OTHER;
  for (unsigned rest = (unsigned)fd; count == 0 || rest; rest /= 10) digits[count++] = (char)('0' + rest % 10);
  for (size_t at = strlen(path); count;) path[at++] = digits[--count];
  if (fs_raw(SYS_readlink, (long)path, (long)target, sizeof(target) - 1, 0, 0, 0) < 0) return FS_FILE_UNKNOWN;
  if (strcmp(target, "anon_inode:[userfaultfd]") == 0) return FS_FILE_UFFD;
  return strcmp(target, "/dev/userfaultfd") == 0 ? FS_FILE_DEVICE : FS_FILE_OTHER;
}

bool fs_is_uffd(int fd) {
  bool kept = fd >= 0 && fd < REMEMBERED;
  fs_u64 bit = 1ull << ((unsigned)fd % 64);
  if (kept && __atomic_load_n(&uffds[(unsigned)fd / 64], __ATOMIC_RELAXED) & bit) return true;
  enum fs_file file = fs_file_of(fd);
  if (kept && file == FS_FILE_UFFD) __atomic_fetch_or(&uffds[(unsigned)fd / 64], bit, __ATOMIC_RELAXED);
  /* Without /proc nothing can be told; the numbers of this interface are then believed. */
  return file == FS_FILE_UFFD || file == FS_FILE_UNKNOWN;
}

bool fs_forget_uffd(int fd) {
  fs_u64 bit = 1ull << ((unsigned)fd % 64);
  if (fd < 0 || fd >= REMEMBERED || !(__atomic_load_n(&uffds[(unsigned)fd / 64], __ATOMIC_RELAXED) & bit)) return false;
  return __atomic_fetch_and(&uffds[(unsigned)fd / 64], ~bit, __ATOMIC_RELAXED) & bit;
}
