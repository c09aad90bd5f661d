/*
 * The two ways to see system calls. Per-syscall tracepoints cost the rest of the machine nothing but need tracefs; the
 * raw pair runs at every system call of the machine, needs no tracefs and is a little cheaper for the target.
 */
#ifndef FAULTSCOPE_SYSCALL_H
#define FAULTSCOPE_SYSCALL_H

#include "ioctl.h"
#include "message.h"
#include "buffers.h"

#define FS_NR_READ 0
#define FS_NR_READV 19

SEC("tracepoint")
int syscall_ioctl_enter(struct fs_sys_enter *context) {
  __u32 request = context->args[1];
  if (fs_ioc_type(request) != FS_UFFDIO_TYPE) return 0;
  __u64 id = bpf_get_current_pid_tgid();
  return traced(id >> 32) ? ioctl_enter(id, request, context->args[2]) : 0;
}

SEC("tracepoint")
int syscall_ioctl_exit(struct fs_sys_exit *context) { return ioctl_exit(bpf_get_current_pid_tgid(), context->ret); }

SEC("tracepoint")
int syscall_read_exit(struct fs_sys_exit *context) {
  if (!message_sized(context->ret)) return 0;
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  return read_exit(task, (struct pt_regs *)bpf_task_pt_regs(task), id, context->ret);
}

SEC("tracepoint")
int syscall_readv_exit(struct fs_sys_exit *context) {
  if (!message_sized(context->ret)) return 0;
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  return readv_exit(task, (struct pt_regs *)bpf_task_pt_regs(task), id, context->ret);
}

SEC("tracepoint")
int syscall_mm_exit(struct fs_sys_exit *context) {
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  return mm_exit(task, (struct pt_regs *)bpf_task_pt_regs(task), id, context->id, context->ret);
}

SEC("tracepoint")
int syscall_buffers_exit(struct fs_sys_exit *context) {
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  return buffers_exit(task, (struct pt_regs *)bpf_task_pt_regs(task), id, context->id, context->ret);
}

SEC("tracepoint")
int syscall_close_enter(struct fs_sys_enter *context) {
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  struct task_struct *task = bpf_get_current_task_btf();
  return close_enter(task, (struct pt_regs *)bpf_task_pt_regs(task), id, context->args[0]);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(raw_enter, struct pt_regs *regs, long number) {
  if (number != FS_NR_IOCTL && number != FS_NR_CLOSE) return 0;
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  if (number == FS_NR_CLOSE) return close_enter(bpf_get_current_task_btf(), regs, id, regs->di);
  __u32 request = regs->si;
  if (fs_ioc_type(request) != FS_UFFDIO_TYPE) return 0;
  return ioctl_enter(id, request, regs->dx);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(raw_exit, struct pt_regs *regs, long ret) {
  __u64 id = bpf_get_current_pid_tgid();
  if (!traced(id >> 32)) return 0;
  __s64 number = (__s64)regs->orig_ax;
  if (number == FS_NR_IOCTL) return ioctl_exit(id, ret);
  struct task_struct *task = bpf_get_current_task_btf();
  if (number == FS_NR_READ) return message_sized(ret) ? read_exit(task, regs, id, ret) : 0;
  if (number == FS_NR_READV) return message_sized(ret) ? readv_exit(task, regs, id, ret) : 0;
  if (has_buffers(number)) return buffers_exit(task, regs, id, number, ret);
  return is_mm_call(number) ? mm_exit(task, regs, id, number, ret) : 0;
}

#endif
