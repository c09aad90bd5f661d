/* Memory-management calls that explain later failures: arguments and result, seen at their return. */
#ifndef FAULTSCOPE_MM_H
#define FAULTSCOPE_MM_H

#include "site.h"

#define FS_NR_MMAP 9
#define FS_NR_MPROTECT 10
#define FS_NR_MUNMAP 11
#define FS_NR_MREMAP 25
#define FS_NR_MADVISE 28
#define FS_NR_MLOCK 149
#define FS_NR_MUNLOCK 150
#define FS_NR_MLOCKALL 151
#define FS_NR_MUNLOCKALL 152
#define FS_NR_PRCTL 157
#define FS_NR_USERFAULTFD 323
#define FS_NR_MLOCK2 325
#define FS_PR_SET_MEMORY_MERGE 67

static __always_inline bool is_mm_call(__s64 number) {
  switch (number) {
    case FS_NR_MMAP:
    case FS_NR_MPROTECT:
    case FS_NR_MUNMAP:
    case FS_NR_MREMAP:
    case FS_NR_MADVISE:
    case FS_NR_MLOCK:
    case FS_NR_MUNLOCK:
    case FS_NR_MLOCKALL:
    case FS_NR_MUNLOCKALL:
    case FS_NR_PRCTL:
    case FS_NR_USERFAULTFD:
    case FS_NR_MLOCK2:
      return true;
  }
  return false;
}

/* A record with the call's arguments, to be submitted; NULL if there is no room. */
static __always_inline struct fs_mm_call *mm_record(struct pt_regs *regs, __u64 key, __u64 id, __u32 number, __s64 ret,
                                                    __u64 now) {
  struct fs_mm_call *record = reserve(sizeof(*record));
  if (!record) return NULL;
  fill_head(&record->head, FS_MM_CALL, id, now);
  record->site_key = key;
  record->arg[0] = regs->di;
  record->arg[1] = regs->si;
  record->arg[2] = regs->dx;
  record->arg[3] = regs->r10;
  record->arg[4] = regs->r8;
  record->arg[5] = regs->r9;
  record->ret = ret;
  record->syscall = number;
  record->reserved = 0;
  return record;
}

static __always_inline int mm_exit(struct task_struct *task, struct pt_regs *regs, __u64 id, __s64 number, __s64 ret) {
  if (number == FS_NR_PRCTL && regs->di != FS_PR_SET_MEMORY_MERGE) return 0;
  __u64 now = bpf_ktime_get_ns();
  struct fs_slot *slot = claim((__u32)id);
  if (!slot) return 0;
  name_thread(slot, id, now);
  struct fs_mm_call *record = mm_record(regs, site_key(slot, task, regs, id, now), id, number, ret, now);
  if (record) submit(record);
  return 0;
}

#endif
