/* Processes and threads: children are followed from the moment of the fork, names are told when they change. */
#ifndef FAULTSCOPE_PROCESS_H
#define FAULTSCOPE_PROCESS_H

#include "site.h"

static __always_inline void fill_process(struct fs_process *record, __u32 change, __u64 id) {
  fill_head(&record->head, FS_PROCESS, id, bpf_ktime_get_ns());
  record->change = change;
  record->peer = 0;
  record->detail = 0;
  record->site_key = 0;
  record->reserved = 0;
  record->text_bytes = 0;
}

static __always_inline void text_from_comm(struct fs_process *record, struct task_struct *task) {
  bpf_core_read(record->text, 16, &task->comm);
  record->text[15] = 0;
  record->text_bytes = 16;
}

SEC("tp_btf/task_newtask")
int BPF_PROG(process_forked, struct task_struct *child, __u64 clone_flags) {
  __u64 id = bpf_get_current_pid_tgid();
  __u32 parent = id >> 32, pid = child->tgid;
  if (!traced(parent) || pid == parent) return 0;
  if (!follow(pid)) {
    fs_count(children);
    return 0;
  }
  struct task_struct *task = bpf_get_current_task_btf();
  struct fs_slot *slot = claim((__u32)id);
  __u64 key = 0;
  if (slot) {
    name_thread(slot, id, bpf_ktime_get_ns());
    key = deep_site_key(slot, task, (struct pt_regs *)bpf_task_pt_regs(task), id, bpf_ktime_get_ns());
  }
  struct fs_process *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_process(record, FS_FORKED, (__u64)pid << 32 | (__u32)id);
  record->peer = parent;
  record->detail = clone_flags;
  record->site_key = key;
  text_from_comm(record, child);
  submit(record);
  return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_exec, struct task_struct *task, int old_tid) {
  __u64 id = bpf_get_current_pid_tgid();
  /* A thread that is not the first one takes the process's id when it calls exec. */
  if ((__u32)old_tid != (__u32)id && slot_of(old_tid)) give_up(old_tid);
  if (!traced(id >> 32)) return 0;
  bool stranger = control.restrict_owner && (task->cred->euid.val != control.owner || task->cred->suid.val != control.owner);
  struct fs_slot *slot = claim((__u32)id);
  if (slot) slot->flags &= ~FS_NAMED;
  struct fs_process *record = reserve(sizeof(*record));
  if (record) {
    fill_process(record, FS_EXEC, id);
    struct mm_struct *mm = task->mm;
    __u64 start = mm ? mm->arg_start : 0, bytes = mm ? mm->arg_end - start : 0;
    if (bytes > sizeof(record->text)) bytes = sizeof(record->text);
    if (!stranger && bytes && !bpf_probe_read_user(record->text, bytes, (void *)start))
      record->text_bytes = bytes;
    else
      text_from_comm(record, task);
    submit(record);
  }
  if (stranger) unfollow(id >> 32);
  return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exit, struct task_struct *task) {
  __u32 pid = task->tgid, tid = task->pid;
  struct fs_slot *slot = slot_of(tid);
  if (slot && slot->flags & FS_LEAVING) let_go(slot);
  if (slot) give_up(tid);
  if (!traced(pid)) return 0;
  if (task->signal->live.counter > 0 || !unfollow(pid)) return 0;
  struct fs_process *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_process(record, FS_EXITED, (__u64)pid << 32 | tid);
  record->detail = (__u32)task->exit_code;
  text_from_comm(record, task);
  submit(record);
  return 0;
}

SEC("tp_btf/task_rename")
int BPF_PROG(thread_renamed, struct task_struct *task, const char *comm) {
  if (!traced(task->tgid)) return 0;
  struct fs_thread *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_head(&record->head, FS_THREAD, (__u64)(__u32)task->tgid << 32 | (__u32)task->pid, bpf_ktime_get_ns());
  bpf_probe_read_kernel_str(record->comm, sizeof(record->comm), comm);
  submit(record);
  return 0;
}

#endif
