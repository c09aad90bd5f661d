/*
 * What probe and BPF programs share: what the probe learnt from the kernel about itself, then the processes that are
 * traced and their threads. Nobody else gets it: whoever may write here may trace anything.
 */
#ifndef FAULTSCOPE_CONTROL_H
#define FAULTSCOPE_CONTROL_H

#include "../include/events.h"

/* Processes are found by pid in a bucket of four; the fifth of one bucket cannot be followed and is counted. */
#define FS_BUCKETS 4096
#define FS_BUCKET_SIZE 4

/* Threads likewise; as many slots of state as places. */
#define FS_THREAD_BUCKETS 16384
#define FS_THREADS (FS_THREAD_BUCKETS * FS_BUCKET_SIZE)

/* libc's ioctl(): the low 12 bits of the ip behind its syscall instruction, and which word of the stack is then its
   return address. */
struct fs_caller {
  fs_u32 known;
  fs_u32 ip_low;
  fs_u32 word;
  fs_u32 reserved;
};

struct fs_control {
  /* file->f_op of a userfaultfd, learnt from one of the probe's own. */
  fs_u64 uffd_fops;
  /* The same of an io_uring, learnt when a traced process first registers buffers with one; 0 until then. */
  fs_u64 io_uring_fops;
  /* Kernel device number of /dev/userfaultfd, 0 if the kernel has none. */
  fs_u64 uffd_device;
  /* Where a task sleeps that waits for a userfault, learnt from a thread of the probe. */
  fs_u64 wait_ip;
  /* vm_flags bit of UFFDIO_REGISTER_MODE_MINOR; it moved between kernel versions. */
  fs_u64 minor_flag;
  /* The probe's process id as BPF sees it: differs from getpid() inside a pid namespace. */
  fs_u32 global_pid;
  fs_u32 global_tid;
  /* When set, a process that changes to another user by exec is followed no longer. */
  fs_u32 restrict_owner;
  fs_u32 owner;
  struct fs_caller ioctl_caller;
  /* Answers of the snapshot programs. */
  fs_u64 snapshot_uffds;
  fs_u64 snapshot_ranges;
  /* Which thread the snapshot looks at; 0 for all traced processes. */
  fs_u32 sleeper_tid;
  fs_u32 reserved;
  fs_u64 sleeper_ip;
  fs_u64 own_vma;
  fs_u64 own_vma_flags;
  /* Losses count from here on, not while the probe calibrates itself. */
  fs_u32 recording;
  fs_u32 padding;
  fs_u32 tgids[FS_BUCKETS][FS_BUCKET_SIZE];
  fs_u32 tids[FS_THREAD_BUCKETS][FS_BUCKET_SIZE];
};

#endif
