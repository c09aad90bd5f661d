/*
 * Calls about a list of buffers, a record a buffer: they pin pages (io_uring_register), take references on them
 * (vmsplice) or give advice (process_madvise). And close(), which lets go of a pin with its io_uring and of waiting
 * threads with their userfaultfd.
 */
#ifndef FAULTSCOPE_BUFFERS_H
#define FAULTSCOPE_BUFFERS_H

#include "file.h"
#include "mm.h"

#define FS_NR_CLOSE 3
#define FS_NR_VMSPLICE 278
#define FS_NR_IO_URING_REGISTER 427
#define FS_NR_PROCESS_MADVISE 440
#define FS_IORING_REGISTER_BUFFERS 0
#define FS_IORING_UNREGISTER_BUFFERS 1
#define FS_IORING_REGISTER_BUFFERS2 15
/* Of a call with more, the number given in arg[3] is larger than that of its records. */
#define FS_MAX_BUFFERS 64

/* What a call says of its buffers: arg[0] descriptor, [1] address, [2] length, [3] how many there are, [4] opcode of
   io_uring_register, flags of vmsplice, advice of process_madvise. */
struct fs_buffers {
  __u64 vectors;
  __u64 count;
  __u64 detail;
};

static __always_inline void send_buffers(struct pt_regs *regs, __u64 key, __u64 id, __u32 number, __s64 ret, __u64 now,
                                         const struct fs_buffers *buffers) {
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < FS_MAX_BUFFERS; i++) {
    struct fs_vector vector = {};
    bool none = buffers->count == 0 && i == 0;
    if (!none && (i >= buffers->count ||
                  bpf_probe_read_user(&vector, sizeof(vector), (void *)(buffers->vectors + i * sizeof(vector)))))
      return;
    struct fs_mm_call *record = mm_record(regs, key, id, number, ret, now);
    if (!record) return;
    record->arg[1] = vector.base;
    record->arg[2] = vector.length;
    record->arg[3] = buffers->count;
    record->arg[4] = buffers->detail;
    submit(record);
  }
}

/* False for calls that have nothing to do with buffers. */
static __always_inline bool find_buffers(struct pt_regs *regs, __s64 number, struct fs_buffers *buffers) {
  *buffers = (struct fs_buffers){regs->si, regs->dx, regs->r10};
  if (number != FS_NR_IO_URING_REGISTER) return true;
  __u64 argument = regs->dx;
  *buffers = (struct fs_buffers){argument, regs->r10, (__u32)regs->si};
  switch ((__u32)regs->si) {
    case FS_IORING_REGISTER_BUFFERS:
      return true;
    case FS_IORING_UNREGISTER_BUFFERS:
      buffers->count = 0;
      return true;
    case FS_IORING_REGISTER_BUFFERS2: {
      /* struct io_uring_rsrc_register: nr at 0, data at 16 */
      __u32 count = 0;
      bpf_probe_read_user(&count, sizeof(count), (void *)argument);
      bpf_probe_read_user(&buffers->vectors, 8, (void *)(argument + 16));
      buffers->count = count;
      return true;
    }
  }
  return false;
}

static __always_inline bool has_buffers(__s64 number) {
  return number == FS_NR_VMSPLICE || number == FS_NR_IO_URING_REGISTER || number == FS_NR_PROCESS_MADVISE;
}

static __always_inline int buffers_exit(struct task_struct *task, struct pt_regs *regs, __u64 id, __s64 number, __s64 ret) {
  struct fs_buffers buffers;
  if (!find_buffers(regs, number, &buffers)) return 0;
  __u64 now = bpf_ktime_get_ns();
  struct fs_slot *slot = claim((__u32)id);
  if (!slot) return 0;
  name_thread(slot, id, now);
  if (number == FS_NR_IO_URING_REGISTER && ret >= 0) {
    /* From now on its close() is told from that of other files. */
    struct file *ring = file_at(task, (__u32)regs->di);
    const void *operations = NULL;
    if (ring) bpf_core_read(&operations, sizeof(operations), &ring->f_op);
    control.io_uring_fops = (__u64)operations;
  }
  send_buffers(regs, site_key(slot, task, regs, id, now), id, number, ret, now, &buffers);
  return 0;
}

/* On entry, where the file is still there. */
static __always_inline int close_enter(struct task_struct *task, struct pt_regs *regs, __u64 id, __u32 fd) {
  struct file *file = file_at(task, fd);
  if (!file) return 0;
  const void *operations = NULL;
  bpf_core_read(&operations, sizeof(operations), &file->f_op);
  __u64 known = (__u64)operations;
  if (!known || (known != control.uffd_fops && known != control.io_uring_fops)) return 0;
  return mm_exit(task, regs, id, FS_NR_CLOSE, 0);
}

#endif
