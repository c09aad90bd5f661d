/* Memory-management calls that explain later failures, seen at their return; those that libc makes itself are not. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "next.h"
#include "preload.h"
#include "raw.h"

#define SET_MEMORY_MERGE 67

bool fs_is_mm_call(long number, long first) {
  switch (number) {
    case SYS_mmap:
    case SYS_mprotect:
    case SYS_munmap:
    case SYS_mremap:
    case SYS_madvise:
    case SYS_mlock:
    case SYS_mlock2:
    case SYS_munlock:
    case SYS_mlockall:
    case SYS_munlockall:
    case SYS_userfaultfd:
      return true;
    case SYS_prctl:
      return first == SET_MEMORY_MERGE;
    default:
      return false;
  }
}

void fs_mm_call(fs_u32 number, const fs_u64 arg[6], long ret, const struct fs_caller *caller) {
  long result = ret == -1 ? -errno : ret;
  if (!fs_enter()) return;
  fs_u64 now = fs_now(), site = fs_site_key(caller, now);
  struct fs_mm_call *record = fs_reserve(sizeof(*record));
  if (!record) return;
  fs_fill_head(&record->head, FS_MM_CALL, now);
  record->site_key = site;
  memcpy(record->arg, arg, sizeof(record->arg));
  record->ret = result;
  record->syscall = number;
  record->reserved = 0;
  fs_submit(record);
}

/* One function a call: passes all six words on, as the system call would take them. */
#define FS_MM(name, number)                                                                                     \
  FS_HIDDEN long fs_on_##name(long a, long b, long c, long d, long e, long f, const struct fs_caller *caller);  \
  FS_HIDDEN long fs_on_##name(long a, long b, long c, long d, long e, long f, const struct fs_caller *caller) { \
    long (*next)(long, long, long, long, long, long) = (void *)FS_NEXT(name);                                   \
    long ret = next(a, b, c, d, e, f);                                                                          \
    const fs_u64 arg[6] = {(fs_u64)a, (fs_u64)b, (fs_u64)c, (fs_u64)d, (fs_u64)e, (fs_u64)f};                   \
    if (fs_is_mm_call(number, a)) fs_mm_call(number, arg, ret, caller);                                         \
    return ret;                                                                                                 \
  }

/* Of a userfaultfd, and told before it happens: what waited on it goes on at once. */
FS_HIDDEN long fs_on_close(long fd, long b, long c, long d, long e, long f, const struct fs_caller *caller);
FS_HIDDEN long fs_on_close(long fd, long b, long c, long d, long e, long f, const struct fs_caller *caller) {
  (void)b, (void)c, (void)d, (void)e, (void)f;
  if (fs_unlikely(fs_forget_uffd((int)fd))) {
    const fs_u64 arg[6] = {(fs_u64)(int)fd};
    fs_mm_call(SYS_close, arg, 0, caller);
  }
  return FS_NEXT(close)((int)fd);
}

FS_MM(mmap, SYS_mmap)
FS_MM(mmap64, SYS_mmap)
FS_MM(munmap, SYS_munmap)
FS_MM(mremap, SYS_mremap)
FS_MM(mprotect, SYS_mprotect)
FS_MM(madvise, SYS_madvise)
FS_MM(mlock, SYS_mlock)
FS_MM(mlock2, SYS_mlock2)
FS_MM(munlock, SYS_munlock)
FS_MM(mlockall, SYS_mlockall)
FS_MM(munlockall, SYS_munlockall)
FS_MM(prctl, SYS_prctl)
