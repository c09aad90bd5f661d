/*
 * Messages: what a read of a userfaultfd returned. Only the exit is watched, where descriptor and buffer are still in
 * the saved registers, so a read that began before tracing is seen too.
 */
#ifndef FAULTSCOPE_MESSAGE_H
#define FAULTSCOPE_MESSAGE_H

#include "file.h"

#define FS_MESSAGE_BYTES 32
#define FS_MAX_MESSAGES 256
#define FS_MAX_VECTORS 8

/* False for what most reads return: decided without touching the task. */
static __always_inline bool message_sized(__s64 ret) { return ret >= FS_MESSAGE_BYTES && (__u64)ret % FS_MESSAGE_BYTES == 0; }

static __always_inline void send_message(__u64 id, __s32 fd, __u64 from, __u64 now) {
  struct fs_message *record = reserve(sizeof(*record));
  if (!record) return;
  fill_head(&record->head, FS_MESSAGE, id, now);
  record->head.fd = fd;
  if (bpf_probe_read_user(record->word, FS_MESSAGE_BYTES, (void *)from)) {
    bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
    fs_count(messages);
    return;
  }
  submit(record);
}

/* Messages that lie one behind the other. Not inlined: the verifier then looks at it once, not once per buffer. */
__noinline int send_messages(__u64 id, __s32 fd, __u64 from, __u32 count, __u64 now) {
  if (count > FS_MAX_MESSAGES) {
    fs_count_all(messages, count - FS_MAX_MESSAGES);
    count = FS_MAX_MESSAGES;
  }
  for (__u32 i = 0; i < FS_MAX_MESSAGES; i++) {
    if (i >= count) break;
    send_message(id, fd, from + i * FS_MESSAGE_BYTES, now);
  }
  return 0;
}

static __always_inline bool reads_uffd(struct task_struct *task, __u64 id, __s32 fd, __u64 now) {
  struct file *file = file_at(task, fd);
  if (!file || !is_uffd(file)) return false;
  struct fs_slot *slot = claim((__u32)id);
  if (slot) name_thread(slot, id, now);
  return true;
}

static __always_inline int read_exit(struct task_struct *task, struct pt_regs *regs, __u64 id, __s64 ret) {
  __u64 now = bpf_ktime_get_ns(), buffer = regs->si;
  __s32 fd = regs->di;
  if (!reads_uffd(task, id, fd, now)) return 0;
  send_messages(id, fd, buffer, (__u64)ret / FS_MESSAGE_BYTES, now);
  return 0;
}

/* readv: messages from one that straddles two buffers on, or beyond the eighth buffer, are counted instead. */
static __always_inline int readv_exit(struct task_struct *task, struct pt_regs *regs, __u64 id, __s64 ret) {
  __u64 now = bpf_ktime_get_ns(), vectors = regs->si;
  __s32 fd = regs->di;
  if (!reads_uffd(task, id, fd, now)) return 0;
  __u64 left = (__u64)ret / FS_MESSAGE_BYTES;
  for (__u32 i = 0; i < FS_MAX_VECTORS; i++) {
    struct fs_vector vector;
    if (left == 0 || bpf_probe_read_user(&vector, sizeof(vector), (void *)(vectors + i * sizeof(vector)))) break;
    __u64 count = vector.length / FS_MESSAGE_BYTES;
    if (count > left) count = left;
    send_messages(id, fd, vector.base, count, now);
    left -= count;
    if (vector.length % FS_MESSAGE_BYTES) break;
  }
  if (left) fs_count_all(messages, left);
  return 0;
}

#endif
