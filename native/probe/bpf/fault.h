/*
 * Faults. Every trap of a traced thread is noted in its slot, which costs little; a record is made only when the fault
 * ended after the thread slept in it or a UFFDIO_* call woke it. That includes the odd swap-in: which of them were
 * userfaults is decided where the messages are known.
 */
#ifndef FAULTSCOPE_FAULT_H
#define FAULTSCOPE_FAULT_H

#include "leave.h"

static __always_inline int fault_start(__u64 address, struct pt_regs *regs, __u64 error_code, __u32 kernel) {
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  struct fs_slot *slot = claim((__u32)id);
  if (!slot) return 0;
  if (slot->flags & FS_LEAVING) let_go(slot);
  struct task_struct *task = bpf_get_current_task_btf();
  slot->trap_ns = bpf_ktime_get_ns();
  slot->address = address;
  slot->ip = regs->ip;
  slot->switches = task->nvcsw;
  slot->woken_ns = 0;
  slot->error_code = error_code;
  slot->flags = (slot->flags & ~(FS_FAULT_KERNEL | FS_FAULT_GUP)) | FS_FAULTING | (kernel ? FS_FAULT_KERNEL : 0);
  return 0;
}

SEC("tp_btf/page_fault_user")
int BPF_PROG(fault_user, unsigned long address, struct pt_regs *regs, unsigned long error_code) {
  return fault_start(address, regs, error_code, 0);
}

SEC("tp_btf/page_fault_kernel")
int BPF_PROG(fault_kernel, unsigned long address, struct pt_regs *regs, unsigned long error_code) {
  return fault_start(address, regs, error_code, 1);
}

/* Who made the faulting thread runnable: a thread that is inside a traced UFFDIO_* call right now. */
SEC("tp_btf/sched_waking")
int BPF_PROG(fault_woken, struct task_struct *woken) {
  __u32 tid = (__u32)bpf_get_current_pid_tgid();
  /* The idle task: timers and interrupts. */
  if (tid == 0) return 0;
  struct fs_slot *waker = slot_of(tid);
  if (!waker || !(waker->flags & FS_IN_IOCTL)) return 0;
  struct fs_slot *slot = slot_of(woken->pid);
  if (!slot || !(slot->flags & FS_FAULTING)) return 0;
  slot->woken_ns = bpf_ktime_get_ns();
  slot->waker = tid;
  return 0;
}

static __always_inline void fill_fault(struct fs_fault *record, struct fs_slot *slot, __u8 kind, __u64 id, __u64 now) {
  fill_head(&record->head, kind, id, slot->trap_ns);
  if (slot->flags & FS_FAULT_KERNEL) record->head.flags |= FS_KERNEL_MODE;
  if (slot->flags & FS_FAULT_GUP) record->head.flags |= FS_GUP;
  record->duration_ns = now - slot->trap_ns;
  record->woken_ns = slot->woken_ns;
  record->address = slot->address;
  record->ip = slot->ip;
  record->waker = slot->woken_ns ? slot->waker : 0;
  record->error_code = slot->error_code;
}

static __always_inline int fault_end(struct fs_slot *slot, struct task_struct *task, __u64 id) {
  slot->flags &= ~FS_FAULTING;
  name_thread(slot, id, slot->trap_ns);
  if (!(slot->flags & FS_FAULT_KERNEL) && about_to_be_preempted(task)) {
    fill_fault(&slot->held.fault, slot, FS_FAULT, id, bpf_ktime_get_ns());
    slot->flags |= FS_LEAVING;
    return 0;
  }
  struct fs_fault *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_fault(record, slot, FS_FAULT, id, bpf_ktime_get_ns());
  submit(record);
  return 0;
}

/*
 * The end, seen where the retried fault lets go of mmap_lock: the retry of a userfault always takes it, ordinary
 * faults almost never do. That needs no perf events, which cost a thread that sleeps 0.8 us.
 *
 * handle_userfault lets go as well, before it sleeps; the task's state is then no longer running. A trap that never
 * ended (SIGBUS, a copy the kernel gave up) leaves its start behind: for a trap from user mode the saved registers
 * say whether the thread is still in it, for one from the kernel only the wake does.
 */
SEC("tp_btf/mmap_lock_released")
int BPF_PROG(released_fault_done, struct mm_struct *mm) {
  __u64 id = bpf_get_current_pid_tgid();
  struct fs_slot *slot = slot_of((__u32)id);
  if (!slot || !(slot->flags & FS_FAULTING)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  if (slot->flags & FS_FAULT_KERNEL) {
    if (!slot->woken_ns || task->__state) return 0;
    return fault_end(slot, task, id);
  }
  struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
  if (regs->orig_ax != (unsigned long)-1 || regs->ip != slot->ip) {
    slot->flags &= ~FS_FAULTING;
    return 0;
  }
  if (task->__state || (task->nvcsw == slot->switches && !slot->woken_ns)) return 0;
  return fault_end(slot, task, id);
}

/* Where that does not work: software events PAGE_FAULTS_MIN and _MAJ, which fire when a fault has completed. */
SEC("perf_event")
int counted_fault_done(struct fs_perf_event *context) {
  __u64 id = bpf_get_current_pid_tgid();
  struct fs_slot *slot = slot_of((__u32)id);
  if (!slot || !(slot->flags & FS_FAULTING)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  bool other = (context->address ^ slot->address) >> 12;
  if (other || (task->nvcsw == slot->switches && !slot->woken_ns)) {
    slot->flags &= ~FS_FAULTING;
    return 0;
  }
  return fault_end(slot, task, id);
}

/* TASK_KILLABLE, as handle_userfault sleeps for the kernel's own look-ups; for traps it sleeps interruptibly. */
#define FS_TASK_KILLABLE 0x102
#define FS_SLEEP_FRAMES 16

static __always_inline bool sleeps_in_userfault(struct task_struct *task) {
  __u64 stack[FS_SLEEP_FRAMES] = {};
  if (!control.wait_ip || bpf_get_task_stack(task, stack, sizeof(stack), 0) < 8) return false;
  bool found = false;
#pragma unroll
  for (int i = 0; i < FS_SLEEP_FRAMES; i++) found |= stack[i] == control.wait_ip;
  return found;
}

/* A thread goes to sleep inside a look-up. If it had just been woken from one, that was a page before this one. */
static __noinline int gup_slept(struct task_struct *task) {
  __u64 id = bpf_get_current_pid_tgid();
  if (!sleeps_in_userfault(task)) return 0;
  struct fs_slot *slot = claim((__u32)id);
  if (!slot) return 0;
  if ((slot->flags & FS_FAULTING) && (slot->flags & FS_FAULT_GUP)) {
    if (!slot->woken_ns) return 0;
    fault_end(slot, task, id);
  }
  slot->trap_ns = bpf_ktime_get_ns();
  slot->address = 0;
  slot->ip = 0;
  slot->switches = task->nvcsw;
  slot->woken_ns = 0;
  slot->error_code = 0;
  slot->flags |= FS_FAULTING | FS_FAULT_KERNEL | FS_FAULT_GUP;
  return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempt, struct task_struct *previous, struct task_struct *next) {
  struct fs_slot *slot = slot_of(previous->pid);
  if (slot && slot->flags & FS_LEAVING) leave_off(slot, previous);
  if (!preempt && (previous->__state & FS_TASK_KILLABLE) == FS_TASK_KILLABLE && traced(previous->tgid))
    gup_slept(previous);
  slot = slot_of(next->pid);
  if (slot && slot->flags & FS_AWAY) come_back(slot);
  return 0;
}

#endif
