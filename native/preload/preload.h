/*
 * The library's parts. All of it runs inside the traced program, in any thread, in signal handlers, in forked children:
 * nothing here allocates, locks, sets errno or calls what the library itself stands before.
 */
#ifndef FAULTSCOPE_PRELOAD_PARTS_H
#define FAULTSCOPE_PRELOAD_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../include/preload.h"
#include "raw.h"

#define FS_HIDDEN __attribute__((visibility("hidden")))
#define fs_unlikely(x) __builtin_expect(!!(x), 0)

/* What entry.S leaves on the stack. */
struct fs_caller {
  fs_u64 bp, bx, r12, r13, r14, r15, return_address;
  fs_u64 stack[];
};

/* Of the thread; another generation than the process's: this thread is new, or the process is a fork. */
struct fs_thread_state {
  fs_u32 generation, tid;
  fs_u64 known[2];
  /* Set around fork() for the child to tell of. */
  fs_u64 fork_site;
  fs_u32 fork_flags;
};

/* On a page that fork wipes: generation 0 means that nobody has named this process yet. */
struct fs_self {
  fs_u32 generation, pid;
};

/* state.c */
extern struct fs_preload_control *fs_control FS_HIDDEN;
extern fs_u8 *fs_data FS_HIDDEN;
extern fs_u64 fs_ring_bytes FS_HIDDEN;
extern struct fs_self *fs_self FS_HIDDEN;
extern __thread struct fs_thread_state fs_state FS_HIDDEN;
void fs_meet_thread(void) FS_HIDDEN;
/* Makes the ring of a control page in `memory` the one that is written to. */
bool fs_use_ring(struct fs_preload_control *control, fs_u8 *data) FS_HIDDEN;

/* The thread's state while a recording wants to know; NULL otherwise. */
static inline struct fs_thread_state *fs_enter(void) {
  struct fs_preload_control *control = __atomic_load_n(&fs_control, __ATOMIC_ACQUIRE);
  if (!control || __atomic_load_n(&control->closed, __ATOMIC_RELAXED)) return NULL;
  if (fs_unlikely(fs_state.generation != fs_self->generation || !fs_self->generation)) fs_meet_thread();
  return &fs_state;
}

/* While there is a ring. */
static inline fs_u64 fs_now(void) { return fs_tsc_ns(&fs_control->tsc); }

/* ring.c: room for a record, to be submitted soon; NULL, and counted, when there is none. */
void *fs_reserve(fs_u32 bytes) FS_HIDDEN;
void fs_submit(void *record) FS_HIDDEN;
void fs_count(fs_u64 *counter, fs_u64 by) FS_HIDDEN;

/* A child shares this memory, and with it what is remembered of a thread: then the kernel is asked each time. */
extern bool fs_shared FS_HIDDEN;

static inline fs_u32 fs_tid(void) {
  return fs_unlikely(fs_shared) ? (fs_u32)fs_raw(SYS_gettid, 0, 0, 0, 0, 0, 0) : fs_state.tid;
}

static inline void fs_fill_head(struct fs_head *head, fs_u8 kind, fs_u64 time_ns) {
  fs_u32 pid = fs_unlikely(fs_shared) ? (fs_u32)fs_raw(SYS_getpid, 0, 0, 0, 0, 0, 0) : fs_self->pid;
  *head = (struct fs_head){.kind = kind, .tid = fs_tid(), .pid = pid, .fd = -1, .time_ns = time_ns};
}

/* site.c: key of the caller's place, 0 if it cannot be remembered; and what is needed for it, once a program. */
fs_u64 fs_site_key(const struct fs_caller *caller, fs_u64 time_ns) FS_HIDDEN;
void fs_learn_program(fs_u64 salt) FS_HIDDEN;

/* file.c */
enum fs_file { FS_FILE_UNKNOWN, FS_FILE_OTHER, FS_FILE_UFFD, FS_FILE_DEVICE };
enum fs_file fs_file_of(int fd) FS_HIDDEN;
/* True for a descriptor once it was seen to be a userfaultfd; looks only if it was not. */
bool fs_is_uffd(int fd) FS_HIDDEN;
/* The descriptor is about to be closed; whether it was known to be one. */
bool fs_forget_uffd(int fd) FS_HIDDEN;

/* memory.c: copies what the kernel lets us read, without a fault; how many bytes. */
size_t fs_copy_user(void *into, const void *from, size_t bytes) FS_HIDDEN;

/* message.c: what a read that returned `got` has put there. */
void fs_messages(int fd, const void *buffer, ssize_t got) FS_HIDDEN;

/* mm.c: `ret` as libc gave it. */
void fs_mm_call(fs_u32 number, const fs_u64 arg[6], long ret, const struct fs_caller *caller) FS_HIDDEN;
bool fs_is_mm_call(long number, long first) FS_HIDDEN;

/* ioctl.c */
long fs_on_ioctl(int fd, unsigned long request, unsigned long argument, long d, long e, long f,
                 const struct fs_caller *caller) FS_HIDDEN;

/* process.c */
void fs_tell_process(fs_u32 change, fs_u32 tid, const char *text, fs_u32 bytes) FS_HIDDEN;

#endif
