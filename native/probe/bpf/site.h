/*
 * Call sites. A row carries a key; what it takes to unwind the site is sent once, ahead of the first row with the key.
 *
 * The key hashes the system call's ip, the return address out of libc's ioctl() and every word of the stack slice that
 * points into the program's text, so two callers of one wrapper differ and two loops in one caller do too. Data on
 * the stack does not enter: it would make every call a new site. Callers inside a shared library are told apart by
 * the return address alone.
 */
#ifndef FAULTSCOPE_SITE_H
#define FAULTSCOPE_SITE_H

#include "state.h"

#define FS_STACK_WORDS (FS_STACK_BYTES / 8)
/* How much of the slice makes the key: two or three frames beyond libc's. */
#define FS_KEY_WORDS (FS_STACK_WORDS / 2)

struct fs_stack {
  __u64 word[FS_KEY_WORDS];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct fs_stack);
} stacks SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, FS_SITES);
  __type(key, __u64);
  __type(value, __u8);
} sites SEC(".maps");

static __always_inline __u64 mix(__u64 hash, __u64 word) {
  hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 29);
}

/* False if the sample could not be sent; the key is then tried again at the next call. */
static __always_inline bool send_site(struct pt_regs *regs, __u64 key, __u64 id, __u64 time_ns) {
  struct fs_site *record = reserve(sizeof(*record));
  if (!record) return false;
  fill_head(&record->head, FS_SITE, id, time_ns);
  record->key = key;
  record->registers[0] = regs->ip;
  record->registers[1] = regs->sp;
  record->registers[2] = regs->bp;
  record->registers[3] = regs->bx;
  record->registers[4] = regs->r12;
  record->registers[5] = regs->r13;
  record->registers[6] = regs->r14;
  record->registers[7] = regs->r15;
  record->reserved = 0;
  /* A read is all or nothing, and less than a slice may lie above sp. */
  record->stack_bytes = FS_STACK_BYTES;
  if (bpf_probe_read_user(record->stack, FS_STACK_BYTES, (void *)regs->sp)) {
    record->stack_bytes = FS_KEY_WORDS * 8;
    if (bpf_probe_read_user(record->stack, FS_KEY_WORDS * 8, (void *)regs->sp)) record->stack_bytes = 0;
  }
  submit(record);
  return true;
}

/* The bytes above sp, all or none: NULL when less lies there. */
static __always_inline struct fs_stack *read_stack(struct pt_regs *regs) {
  __u32 zero = 0;
  struct fs_stack *stack = bpf_map_lookup_elem(&stacks, &zero);
  if (!stack || bpf_probe_read_user(stack->word, sizeof(stack->word), (void *)regs->sp)) return NULL;
  return stack;
}

/* Key of the place the current system call was made from; 0 if it cannot be remembered. */
static __always_inline __u64 site_key_of(struct fs_slot *slot, struct task_struct *task, struct pt_regs *regs,
                                         const struct fs_stack *stack, __u64 id, __u64 time_ns) {
  struct mm_struct *mm = task->mm;
  if (!mm) return 0;
  __u64 ip = regs->ip, low = mm->start_code, span = mm->end_code - low;
  /* The executable's inode keeps programs at the same fixed address apart. */
  __u64 key = mix(mm->exe_file->f_inode->i_ino ^ low, ip);
  if (stack) {
#pragma unroll
    for (int i = 0; i < FS_KEY_WORDS; i++) {
      __u64 word = stack->word[i];
      if (word - low < span) key = mix(key, word);
    }
    if (control.ioctl_caller.known && (ip & 0xfff) == control.ioctl_caller.ip_low)
      key = mix(key, stack->word[control.ioctl_caller.word % FS_KEY_WORDS]);
  }
  if (key == slot->known[0] || key == slot->known[1]) return key;
  __u8 one = 1;
  /* Not long, as the helper says: before Linux 6.4 the kernel sets the lower half of the register only. */
  int added = (int)bpf_map_update_elem(&sites, &key, &one, BPF_NOEXIST);
  if (added == -17 /* EEXIST */) {
    slot->known[1] = slot->known[0];
    slot->known[0] = key;
    return key;
  }
  if (added) {
    fs_count(sites);
    return 0;
  }
  if (!send_site(regs, key, id, time_ns)) {
    bpf_map_delete_elem(&sites, &key);
    return 0;
  }
  slot->known[1] = slot->known[0];
  slot->known[0] = key;
  return key;
}

/*
 * The key of a call that libc makes from deep within, as fork() does: its frames alone are longer than what is read of
 * every other stack, and the caller lies behind them.
 */
static __always_inline __u64 deep_site_key(struct fs_slot *slot, struct task_struct *task, struct pt_regs *regs, __u64 id,
                                           __u64 time_ns) {
  __u32 zero = 0;
  struct fs_stack *stack = bpf_map_lookup_elem(&stacks, &zero);
  struct mm_struct *mm = task->mm;
  __u64 deep = 0;
  if (!mm) return 0;
  __u64 low = mm->start_code, span = mm->end_code - low;
  if (stack && !bpf_probe_read_user(stack->word, sizeof(stack->word), (void *)(regs->sp + sizeof(stack->word)))) {
#pragma unroll
    for (int i = 0; i < FS_KEY_WORDS; i++) {
      __u64 word = stack->word[i];
      if (word - low < span) deep = mix(deep, word);
    }
  }
  stack = read_stack(regs);
  /* Words that are no addresses of the program do not enter the key; this one is made to look like one. */
  if (stack && deep) stack->word[0] = low + deep % span;
  return site_key_of(slot, task, regs, stack, id, time_ns);
}

static __always_inline __u64 site_key(struct fs_slot *slot, struct task_struct *task, struct pt_regs *regs, __u64 id,
                                      __u64 time_ns) {
  return site_key_of(slot, task, regs, read_stack(regs), id, time_ns);
}

#endif
