/* syscall(2): the calls above when a program makes them by number, and userfaultfd(2), which libc has no name for. */
#include <sys/uio.h>
#include <unistd.h>

#include "next.h"
#include "preload.h"
#include "raw.h"

FS_HIDDEN long fs_on_syscall(long number, long a, long b, long c, long d, long e, const struct fs_caller *caller);
FS_HIDDEN long fs_on_syscall(long number, long a, long b, long c, long d, long e, const struct fs_caller *caller) {
  long f = (long)caller->stack[0];
  if (number == SYS_ioctl) return fs_on_ioctl((int)a, (unsigned long)b, (unsigned long)c, d, e, f, caller);
  long ret = FS_NEXT(syscall)(number, a, b, c, d, e, f);
  if (number == SYS_read && ret > 0) fs_messages((int)a, (const void *)b, ret);
  if (number == SYS_readv && ret > 0 && c > 0) {
    const struct iovec *first = (const struct iovec *)b;
    if ((size_t)ret <= first->iov_len) fs_messages((int)a, first->iov_base, ret);
  }
  const fs_u64 arg[6] = {(fs_u64)a, (fs_u64)b, (fs_u64)c, (fs_u64)d, (fs_u64)e, (fs_u64)f};
  if (fs_is_mm_call(number, a)) fs_mm_call((fs_u32)number, arg, ret, caller);
  return ret;
}
