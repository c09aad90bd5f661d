/* What is there already when tracing begins, and what still waits when it ends; and what the probe learns of itself. */
#ifndef FAULTSCOPE_SNAPSHOT_H
#define FAULTSCOPE_SNAPSHOT_H

#include "fault.h"
#include "file.h"

#define FS_VM_UFFD_MISSING 0x200
#define FS_VM_UFFD_WP 0x1000

struct fs_learn {
  __u64 fd;
};

/* Run by the probe on itself with one of its own userfaultfds. */
SEC("raw_tp")
int learn_self(struct fs_learn *context) {
  __u64 id = bpf_get_current_pid_tgid();
  control.global_pid = id >> 32;
  control.global_tid = id;
  struct file *file = file_at(bpf_get_current_task_btf(), context->fd);
  const void *operations = NULL;
  if (file) bpf_core_read(&operations, sizeof(operations), &file->f_op);
  control.uffd_fops = (__u64)operations;
  return 0;
}

/* Where `control.sleeper_tid` sleeps. */
SEC("iter/task")
int learn_sleeper(struct fs_iter_task *context) {
  struct task_struct *task = context->task;
  if (!task || (__u32)task->pid != control.sleeper_tid) return 0;
  __u64 stack[2] = {};
  if (bpf_get_task_stack(task, stack, sizeof(stack), 0) >= 8) control.sleeper_ip = stack[0];
  return 0;
}

/* Threads of traced processes that wait for a userfault now, and records still held for threads that are on their way out
   of the kernel when the recording ends. */
SEC("iter/task")
int snapshot_waiting(struct fs_iter_task *context) {
  struct task_struct *task = context->task;
  if (!task || !traced(task->tgid)) return 0;
  struct fs_slot *slot = slot_of(task->pid);
  if (slot && slot->flags & FS_LEAVING) let_go(slot);
  if (!slot || !(slot->flags & FS_FAULTING)) return 0;
  __u64 stack[2] = {};
  if (bpf_get_task_stack(task, stack, sizeof(stack), 0) < 8 || stack[0] != control.wait_ip) return 0;
  /* Should it end while we look, it was still waiting when the recording ended, not both. */
  slot->flags &= ~FS_FAULTING;
  struct fs_fault *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_fault(record, slot, FS_WAITING, (__u64)(__u32)task->tgid << 32 | (__u32)task->pid, bpf_ktime_get_ns());
  submit(record);
  return 0;
}

#define FS_MAX_WAITERS 1024

static __always_inline bool send_blocked(struct userfaultfd_wait_queue *waiter, __s32 fd, bool unread) {
  struct task_struct *task = (struct task_struct *)BPF_CORE_READ(waiter, wq.private);
  if (!task) return false;
  __u64 message[3] = {};
  if (bpf_probe_read_kernel(message, sizeof(message), waiter)) return false;
  struct fs_blocked *record = reserve(sizeof(*record));
  if (!record) return true;
  __u64 id = (__u64)(__u32)BPF_CORE_READ(task, tgid) << 32 | (__u32)BPF_CORE_READ(task, pid);
  fill_head(&record->head, FS_BLOCKED, id, bpf_ktime_get_ns());
  record->head.fd = fd;
  record->flags = message[1];
  record->address = message[2];
  record->unread = unread;
  submit(record);
  return true;
}

/* The kernel's list of who waits; it may change while we walk, so the walk is bounded and trusts no pointer. */
static __always_inline void send_waiters(wait_queue_head_t *queue, __s32 fd, bool unread) {
  struct list_head *head = &queue->head, *entry = NULL;
  bpf_core_read(&entry, sizeof(entry), &head->next);
#pragma clang loop unroll(disable)
  for (__u32 i = 0; i < FS_MAX_WAITERS && entry && entry != head; i++) {
    unsigned long offset = bpf_core_field_offset(struct userfaultfd_wait_queue, wq) +
                           bpf_core_field_offset(struct wait_queue_entry, entry);
    struct userfaultfd_wait_queue *waiter = (void *)((char *)entry - offset);
    if (!send_blocked(waiter, fd, unread)) return;
    bpf_core_read(&entry, sizeof(entry), &entry->next);
  }
}

SEC("iter/task_file")
int snapshot_files(struct fs_iter_task_file *context) {
  struct task_struct *task = context->task;
  struct file *file = context->file;
  if (!task || !file || task->pid != task->tgid || !traced(task->tgid)) return 0;
  if ((__u64)file->f_op != control.uffd_fops) return 0;
  __sync_fetch_and_add(&control.snapshot_uffds, 1);
  struct fs_uffd *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_head(&record->head, FS_UFFD, (__u64)(__u32)task->tgid << 32 | (__u32)task->pid, bpf_ktime_get_ns());
  record->head.fd = (__u32)context->fd;
  record->context = (__u64)file->private_data;
  submit(record);
  struct userfaultfd_ctx *uffd = file->private_data;
  send_waiters(&uffd->fault_wqh, (__u32)context->fd, false);
  send_waiters(&uffd->fault_pending_wqh, (__u32)context->fd, true);
  return 0;
}

SEC("iter/task_vma")
int snapshot_ranges(struct fs_iter_task_vma *context) {
  struct task_struct *task = context->task;
  struct vm_area_struct *vma = context->vma;
  if (!task || !vma || task->pid != task->tgid) return 0;
  if ((__u32)task->pid == control.global_pid && control.own_vma == vma->vm_start) control.own_vma_flags = vma->vm_flags;
  if (!traced(task->tgid) || !vma->vm_userfaultfd_ctx.ctx) return 0;
  __sync_fetch_and_add(&control.snapshot_ranges, 1);
  struct fs_registered *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_head(&record->head, FS_REGISTERED, (__u64)(__u32)task->tgid << 32 | (__u32)task->pid, bpf_ktime_get_ns());
  record->start = vma->vm_start;
  record->length = vma->vm_end - vma->vm_start;
  record->mode = (vma->vm_flags & FS_VM_UFFD_MISSING ? 1 : 0) | (vma->vm_flags & FS_VM_UFFD_WP ? 2 : 0) |
                 (vma->vm_flags & control.minor_flag ? 4 : 0);
  record->context = (__u64)vma->vm_userfaultfd_ctx.ctx;
  submit(record);
  return 0;
}

#endif
