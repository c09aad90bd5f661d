/*
 * The records that cross the ring, and the counters beside it: the one description that the BPF programs, the
 * probe and the addon share. Kinds 1 to 14 are those of the recording (server/src/recording/schema.ts).
 *
 * Every record begins with `fs_head`, is a multiple of 8 bytes long and carries CLOCK_MONOTONIC nanoseconds.
 */
#ifndef FAULTSCOPE_EVENTS_H
#define FAULTSCOPE_EVENTS_H

#ifndef __bpf__
#include <stdint.h>
typedef uint8_t fs_u8;
typedef uint16_t fs_u16;
typedef uint32_t fs_u32;
typedef uint64_t fs_u64;
typedef int32_t fs_s32;
typedef int64_t fs_s64;
#else
#include <linux/types.h>
typedef __u8 fs_u8;
typedef __u16 fs_u16;
typedef __u32 fs_u32;
typedef __u64 fs_u64;
typedef __s32 fs_s32;
typedef __s64 fs_s64;
#endif

/* Grows when a record or the control page changes; probe and addon compare it before anything else. */
#define FS_EVENTS_VERSION 2

enum fs_kind {
  FS_IOCTL = 1,
  FS_MESSAGE = 2,
  FS_FAULT = 3,
  FS_PROCESS = 4,
  FS_THREAD = 5,
  FS_SITE = 6,
  FS_MM_CALL = 7,
  FS_REGISTERED = 9,
  FS_WAITING = 12,
  FS_KSM_MERGE = 13,
  FS_BLOCKED = 14,
  /* Not an event: which descriptor a userfaultfd context has, so that FS_REGISTERED can name it. */
  FS_UFFD = 64,
};

/* `flags` of a head. */
enum fs_flag {
  /* The access that faulted was made by the kernel on behalf of the thread. */
  FS_KERNEL_MODE = 1,
  /* The descriptor is not a userfaultfd: the call failed with EBADF or ENOTTY. */
  FS_NOT_UFFD = 2,
  /* The argument struct could not be read: its pages are missing, or the call moved them away. */
  FS_ARG_UNREAD = 4,
  /* The kernel looked the page up (GUP: KVM, process_vm_readv, MADV_POPULATE): no trap, so no address; the fault is
     known from where its thread went to sleep. */
  FS_GUP = 8,
};

struct fs_head {
  fs_u8 kind;
  fs_u8 flags;
  fs_u16 reserved;
  fs_u32 tid;
  fs_u32 pid;
  fs_s32 fd;
  fs_u64 time_ns;
};

/* One UFFDIO_* call; `head.time_ns` is the entry. */
struct fs_ioctl {
  struct fs_head head;
  fs_u64 duration_ns;
  fs_u64 site_key;
  fs_u32 request;
  fs_s32 ret;
  /* The first four words of the argument struct as given. UFFDIO_API: [3] is the features granted. */
  fs_u64 arg[4];
  /* The field the kernel writes the outcome to, also when the call failed; behind arg, as in struct uffdio_copy. */
  fs_u64 result;
};

/* One struct uffd_msg that a read returned; `head.time_ns` is the read's return. */
struct fs_message {
  struct fs_head head;
  fs_u64 word[4];
};

/* A fault that slept or was woken by an ioctl. FS_WAITING: the same for one that has not ended. */
struct fs_fault {
  struct fs_head head;
  fs_u64 duration_ns;
  /* When the thread was made runnable by a UFFDIO_* call, 0 if none did. */
  fs_u64 woken_ns;
  fs_u64 address;
  fs_u64 ip;
  fs_u32 waker;
  fs_u32 error_code;
};

enum fs_process_change { FS_ATTACHED = 0, FS_FORKED = 1, FS_EXEC = 2, FS_EXITED = 3 };

#define FS_TEXT_BYTES 192

/* FS_FORKED: `head.pid` is the child, `head.tid` the thread that forked, `peer` its process. */
struct fs_process {
  struct fs_head head;
  fs_u32 change;
  fs_u32 peer;
  /* Clone flags of FS_FORKED, wait status of FS_EXITED. */
  fs_u64 detail;
  fs_u64 site_key;
  /* Arguments separated by NUL (FS_EXEC), otherwise the thread's name. */
  fs_u32 text_bytes;
  fs_u32 reserved;
  char text[FS_TEXT_BYTES];
};

struct fs_thread {
  struct fs_head head;
  char comm[16];
};

#define FS_STACK_BYTES 512

/* What it takes to unwind a call site, sent before the first record that carries its key. */
struct fs_site {
  struct fs_head head;
  fs_u64 key;
  /* ip, sp, bp, bx, r12, r13, r14, r15 */
  fs_u64 registers[8];
  /* How much of `stack` could be read. */
  fs_u32 stack_bytes;
  fs_u32 reserved;
  fs_u8 stack[FS_STACK_BYTES];
};

/* A memory-management system call; `head.time_ns` is its return, of close() its entry. Where the call takes buffers
   (io_uring_register, vmsplice) there is one record a buffer, with its address and length as arg[1] and arg[2]. */
struct fs_mm_call {
  struct fs_head head;
  fs_u64 site_key;
  fs_u64 arg[6];
  fs_s64 ret;
  fs_u32 syscall;
  fs_u32 reserved;
};

/* A range registered before tracing began. */
struct fs_registered {
  struct fs_head head;
  fs_u64 start;
  fs_u64 length;
  /* UFFDIO_REGISTER_MODE_* bits. */
  fs_u64 mode;
  fs_u64 context;
};

struct fs_uffd {
  struct fs_head head;
  fs_u64 context;
};

/* A page of `head.pid` that ksmd merged with others; `head.tid` is ksmd. */
struct fs_ksm_merge {
  struct fs_head head;
  fs_u64 address;
};

/* A fault that waited already when tracing began: `head` names the thread that waits, fd the userfaultfd. */
struct fs_blocked {
  struct fs_head head;
  fs_u64 address;
  /* Of its message: UFFD_PAGEFAULT_FLAG_*. */
  fs_u64 flags;
  /* Nobody has read the message yet. */
  fs_u64 unread;
};

/* What the kernel side could not deliver. The addon maps it read-only; it never stops growing. */
struct fs_counters {
  /* Records the ring had no room for. */
  fs_u64 ring;
  /* Events dropped because the thread's slot was taken by another thread. */
  fs_u64 state;
  /* Messages of a batch read that could not be read from the reader's buffer. */
  fs_u64 messages;
  /* Call sites beyond what can be remembered; their rows carry site 0. */
  fs_u64 sites;
  /* Children that could not be followed. */
  fs_u64 children;
  /*
   * Runs of our programs that the kernel skipped because another run was preempted on that CPU (seen from Linux 7.2 on).
   * The kernel counts them for the whole machine, so this is the most that can be missing. Written by the probe.
   */
  fs_u64 skipped;
};

#endif
