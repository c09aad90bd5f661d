/* Per-thread state, the set of traced processes, and how a record gets into the ring. */
#ifndef FAULTSCOPE_STATE_H
#define FAULTSCOPE_STATE_H

#include "kernel.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "../control.h"

#define FS_SITES 16384
#define FS_NR_IOCTL 16

struct fs_control control SEC(".data.control") = {};

/* The ring's size is set by the probe. */
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} ring SEC(".maps");

enum fs_slot_flag {
  FS_IN_IOCTL = 1,
  FS_NAMED = 2,
  FS_FAULTING = 16,
  FS_FAULT_KERNEL = 32,
  FS_FAULT_GUP = 256,
  /* `held` waits for the thread to be back in user mode; it was switched away on its way there. */
  FS_LEAVING = 64,
  FS_AWAY = 128,
};

/* A finished record whose thread has not returned to user mode yet; both begin with head and duration. */
union fs_held {
  struct fs_ioctl ioctl;
  struct fs_fault fault;
};

/* One thread, from its first event to its exit. Its place in `control.tids` is its index: no hashing, no locks. */
struct fs_slot {
  __u32 flags;
  __u64 enter_ns;
  /* UFFDIO_API as given: version and features. */
  __u64 api[2];
  /* Third argument of the call that `held` tells of. */
  __u64 leaving;
  __u64 known[2];
  __u64 trap_ns;
  __u64 address;
  __u64 ip;
  __u64 switches;
  __u64 woken_ns;
  __u32 waker;
  __u32 error_code;
  union fs_held held;
} __attribute__((aligned(64)));

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, FS_THREADS);
  __type(key, __u32);
  __type(value, struct fs_slot);
} slots SEC(".maps");

/* A map of its own because the addon gets it: who writes here deceives nobody but himself, `control` is another matter.
   (A map that user space may only read cannot be mapped at all.) */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __uint(map_flags, BPF_F_MMAPABLE);
  __type(key, __u32);
  __type(value, struct fs_counters);
} counters SEC(".maps");

/* Not inlined: rare, and the verifier then does not go through it at every place that may lose something. */
__noinline int count_losses(__u32 index, __u64 amount) {
  __u32 zero = 0;
  __u64 *all = control.recording ? bpf_map_lookup_elem(&counters, &zero) : NULL;
  if (!all || index >= sizeof(struct fs_counters) / 8) return 0;
  __sync_fetch_and_add(&all[index], amount);
  return 0;
}

#define fs_count_all(counter, amount) count_losses(__builtin_offsetof(struct fs_counters, counter) / 8, amount)
#define fs_count(counter) fs_count_all(counter, 1)

static __always_inline bool traced(__u32 pid) {
  const __u32 *bucket = control.tgids[pid % FS_BUCKETS];
  return bucket[0] == pid || bucket[1] == pid || bucket[2] == pid || bucket[3] == pid;
}

static __always_inline bool follow(__u32 pid) {
  __u32 *bucket = control.tgids[pid % FS_BUCKETS];
#pragma unroll
  for (int i = 0; i < FS_BUCKET_SIZE; i++)
    if (__sync_val_compare_and_swap(&bucket[i], 0, pid) == 0) return true;
  return false;
}

/* True for exactly one caller, however many threads of the process exit at once. */
static __always_inline bool unfollow(__u32 pid) {
  __u32 *bucket = control.tgids[pid % FS_BUCKETS];
#pragma unroll
  for (int i = 0; i < FS_BUCKET_SIZE; i++)
    if (__sync_val_compare_and_swap(&bucket[i], pid, 0) == pid) return true;
  return false;
}

static __always_inline struct fs_slot *slot_in(__u32 tid, __u32 way) {
  __u32 index = tid % FS_THREAD_BUCKETS * FS_BUCKET_SIZE + way;
  return bpf_map_lookup_elem(&slots, &index);
}

/* The thread's slot, or NULL if it has none. */
static __always_inline struct fs_slot *slot_of(__u32 tid) {
  const __u32 *bucket = control.tids[tid % FS_THREAD_BUCKETS];
  if (bucket[0] == tid) return slot_in(tid, 0);
  if (bucket[1] == tid) return slot_in(tid, 1);
  if (bucket[2] == tid) return slot_in(tid, 2);
  if (bucket[3] == tid) return slot_in(tid, 3);
  return NULL;
}

/* The slot of the current thread, a fresh one at its first event. NULL, counted, if four others have its bucket. */
static __always_inline struct fs_slot *claim(__u32 tid) {
  struct fs_slot *slot = slot_of(tid);
  if (slot) return slot;
  __u32 *bucket = control.tids[tid % FS_THREAD_BUCKETS];
  for (__u32 way = 0; way < FS_BUCKET_SIZE; way++) {
    if (__sync_val_compare_and_swap(&bucket[way], 0, tid) != 0) continue;
    slot = slot_in(tid, way);
    if (!slot) return NULL;
    slot->flags = 0;
    slot->known[0] = slot->known[1] = 0;
    return slot;
  }
  fs_count(state);
  return NULL;
}

static __always_inline void give_up(__u32 tid) {
  __u32 *bucket = control.tids[tid % FS_THREAD_BUCKETS];
  for (__u32 way = 0; way < FS_BUCKET_SIZE; way++) __sync_val_compare_and_swap(&bucket[way], tid, 0);
}

static __always_inline void fill_head(struct fs_head *head, __u8 kind, __u64 id, __u64 time_ns) {
  head->kind = kind;
  head->flags = 0;
  head->reserved = 0;
  head->tid = (__u32)id;
  head->pid = id >> 32;
  head->fd = -1;
  head->time_ns = time_ns;
}

/* Room for one record, or NULL with the loss counted. */
static __always_inline void *reserve(__u64 size) {
  void *record = bpf_ringbuf_reserve(&ring, size, 0);
  if (!record) fs_count(ring);
  return record;
}

/* The reader looks on a timer: waking it would cost more than everything else here. */
static __always_inline void submit(void *record) { bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP); }

/* A thread's name goes ahead of its first event. */
static __always_inline void name_thread(struct fs_slot *slot, __u64 id, __u64 time_ns) {
  if (slot->flags & FS_NAMED) return;
  struct fs_thread *record = reserve(sizeof(*record));
  if (!record) return;
  slot->flags |= FS_NAMED;
  fill_head(&record->head, FS_THREAD, id, time_ns);
  bpf_get_current_comm(record->comm, sizeof(record->comm));
  submit(record);
}

#endif
