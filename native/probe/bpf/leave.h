/*
 * The way back to user mode. A thread that wakes another one on its CPU is often preempted there: to the program its
 * call or its access lasts until it runs again, although the kernel was done with it long before. So a record whose
 * thread is about to be preempted is held until the thread is switched in again.
 */
#ifndef FAULTSCOPE_LEAVE_H
#define FAULTSCOPE_LEAVE_H

#include "state.h"

/* TIF_NEED_RESCHED and, from Linux 6.13 on, TIF_NEED_RESCHED_LAZY. Before, the second bit is TIF_SINGLESTEP: then the
   record is let go when the thread is switched away, unchanged. */
#define FS_TIF_RESCHED (1ul << 3 | 1ul << 4)

static __always_inline bool about_to_be_preempted(struct task_struct *task) {
  return task->thread_info.flags & FS_TIF_RESCHED;
}

/* Sent once, by the thread itself or by whoever ends the recording. */
static __always_inline void let_go(struct fs_slot *slot) {
  if (!(__sync_fetch_and_and(&slot->flags, ~(FS_LEAVING | FS_AWAY)) & FS_LEAVING)) return;
  if (bpf_ringbuf_output(&ring, &slot->held, sizeof(slot->held), BPF_RB_NO_WAKEUP)) fs_count(ring);
}

/* Whether `task` is still on its way out of what `held` tells of: its saved registers are those of that entry. */
static __always_inline bool still_leaving(struct fs_slot *slot, struct task_struct *task) {
  struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
  if (slot->held.ioctl.head.kind == FS_FAULT) return regs->orig_ax == (unsigned long)-1 && regs->ip == slot->ip;
  return regs->orig_ax == FS_NR_IOCTL && regs->dx == slot->leaving;
}

/* The thread is switched away: on its way out, or later, when what is held was complete long ago. */
static __always_inline void leave_off(struct fs_slot *slot, struct task_struct *task) {
  if (still_leaving(slot, task))
    slot->flags |= FS_AWAY;
  else
    let_go(slot);
}

static __always_inline void come_back(struct fs_slot *slot) {
  slot->held.ioctl.duration_ns = bpf_ktime_get_ns() - slot->held.ioctl.head.time_ns;
  let_go(slot);
}

#endif
