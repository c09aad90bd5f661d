/* Pages of traced processes that ksmd merges: MOVE refuses them from then on. */
#ifndef FAULTSCOPE_KSM_H
#define FAULTSCOPE_KSM_H

#include "state.h"

/* The flags of a stable-tree item lie in the low bits of its address. */
#define FS_PAGE_MASK (~0xffful)

static __always_inline int ksm_merged(void *item, struct mm_struct *mm, int error) {
  if (error || !item || !mm || !bpf_core_field_exists(mm->owner)) return 0;
  __u32 pid = BPF_CORE_READ(mm, owner, tgid);
  if (!traced(pid)) return 0;
  struct fs_ksm_merge *record = reserve(sizeof(*record));
  if (!record) return 0;
  fill_head(&record->head, FS_KSM_MERGE, (__u64)pid << 32 | (__u32)bpf_get_current_pid_tgid(), bpf_ktime_get_ns());
  record->address = BPF_CORE_READ((struct ksm_rmap_item *)item, address) & FS_PAGE_MASK;
  submit(record);
  return 0;
}

SEC("tp_btf/ksm_merge_one_page")
int BPF_PROG(ksm_one, unsigned long pfn, void *item, void *mm, int error) { return ksm_merged(item, mm, error); }

SEC("tp_btf/ksm_merge_with_ksm_page")
int BPF_PROG(ksm_with, void *page, unsigned long pfn, void *item, void *mm, int error) {
  return ksm_merged(item, mm, error);
}

#endif
