/*
 * The few kernel types we look into. Offsets are relocated at load time from the running kernel's BTF, so only names
 * and types matter here. Structs of our own are named fs_*: one that shares its name with a kernel type would be
 * relocated too and refused.
 */
#ifndef FAULTSCOPE_KERNEL_H
#define FAULTSCOPE_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#define FS_CORE __attribute__((preserve_access_index))

struct pt_regs {
  unsigned long r15, r14, r13, r12, bp, bx, r10, r9, r8, ax, dx, si, di, orig_ax, ip, sp;
} FS_CORE;

struct inode {
  unsigned short i_mode;
  unsigned int i_rdev;
  unsigned long i_ino;
} FS_CORE;

struct file {
  const void *f_op;
  struct inode *f_inode;
  void *private_data;
} FS_CORE;

struct fdtable {
  unsigned int max_fds;
  struct file **fd;
} FS_CORE;

struct files_struct {
  struct fdtable *fdt;
} FS_CORE;

struct task_struct;

struct mm_struct {
  unsigned long start_code, end_code, arg_start, arg_end;
  struct file *exe_file;
  struct task_struct *owner;
} FS_CORE;

struct ksm_rmap_item {
  unsigned long address;
} FS_CORE;

struct list_head {
  struct list_head *next;
} FS_CORE;

struct wait_queue_head {
  struct list_head head;
} FS_CORE;
typedef struct wait_queue_head wait_queue_head_t;

struct wait_queue_entry {
  void *private;
  struct list_head entry;
} FS_CORE;
typedef struct wait_queue_entry wait_queue_entry_t;

struct userfaultfd_ctx {
  wait_queue_head_t fault_pending_wqh, fault_wqh;
} FS_CORE;

/* The message lies at its beginning. */
struct userfaultfd_wait_queue {
  wait_queue_entry_t wq;
} FS_CORE;

typedef struct {
  int counter;
} atomic_t;

struct signal_struct {
  atomic_t live;
} FS_CORE;

typedef struct {
  unsigned int val;
} kuid_t;

struct cred {
  kuid_t uid, euid, suid;
} FS_CORE;

struct thread_info {
  unsigned long flags;
} FS_CORE;

struct task_struct {
  struct thread_info thread_info;
  int pid, tgid;
  unsigned int __state;
  unsigned long nvcsw;
  int exit_code;
  char comm[16];
  struct files_struct *files;
  struct mm_struct *mm;
  struct signal_struct *signal;
  struct task_struct *group_leader;
  const struct cred *cred;
} FS_CORE;

struct vm_userfaultfd_ctx {
  void *ctx;
} FS_CORE;

struct vm_area_struct {
  unsigned long vm_start, vm_end, vm_flags;
  struct vm_userfaultfd_ctx vm_userfaultfd_ctx;
} FS_CORE;

/* struct iovec of user space. */
struct fs_vector {
  __u64 base;
  __u64 length;
};

/* Contexts of iterators: fixed layout, eight bytes a member. */
struct fs_iter_task {
  void *meta;
  struct task_struct *task;
};

struct fs_iter_task_file {
  void *meta;
  struct task_struct *task;
  __u64 fd;
  struct file *file;
};

struct fs_iter_task_vma {
  void *meta;
  struct task_struct *task;
  struct vm_area_struct *vma;
};

/* Context of a perf event program: the interrupted registers, then what the event says. */
struct fs_perf_event {
  __u64 registers[21];
  __u64 sample_period;
  __u64 address;
};

/* Contexts of the per-syscall tracepoints. */
struct fs_sys_enter {
  __u64 common;
  __s64 id;
  __u64 args[6];
};

struct fs_sys_exit {
  __u64 common;
  __s64 id;
  __s64 ret;
};

#endif
