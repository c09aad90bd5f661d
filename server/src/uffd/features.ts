/** Feature bits of UFFDIO_API, with the kernel that brought them. Source: include/uapi/linux/userfaultfd.h. */

export interface Feature {
  readonly macro: string;
  readonly value: bigint;
  readonly since: string;
  readonly summary: string;
}

const feature = (bit: number, name: string, since: string, summary: string): Feature => ({
  macro: `UFFD_FEATURE_${name}`,
  value: 1n << BigInt(bit),
  since,
  summary,
});

export const FEATURES: readonly Feature[] = [
  feature(0, "PAGEFAULT_FLAG_WP", "5.7", "Write-protect faults on anonymous memory."),
  feature(1, "EVENT_FORK", "4.11", "A message with a new descriptor when the process forks; needs CAP_SYS_PTRACE."),
  feature(2, "EVENT_REMAP", "4.11", "A message when mremap(2) moves a registered range, which then stays registered."),
  feature(3, "EVENT_REMOVE", "4.11", "A message when MADV_DONTNEED or MADV_FREE drops registered pages."),
  feature(4, "MISSING_HUGETLBFS", "4.11", "Missing faults on hugetlb memory."),
  feature(5, "MISSING_SHMEM", "4.11", "Missing faults on shared memory."),
  feature(6, "EVENT_UNMAP", "4.11", "A message when a registered range is unmapped."),
  feature(7, "SIGBUS", "4.14", "No messages: the faulting thread gets SIGBUS instead."),
  feature(8, "THREAD_ID", "4.14", "Page-fault messages carry the thread that faulted."),
  feature(9, "MINOR_HUGETLBFS", "5.13", "Minor faults on hugetlb memory."),
  feature(10, "MINOR_SHMEM", "5.14", "Minor faults on shared memory."),
  feature(11, "EXACT_ADDRESS", "5.18", "Addresses in messages are not rounded down to the page."),
  feature(12, "WP_HUGETLBFS_SHMEM", "5.19", "Write protection of hugetlb and shared memory."),
  feature(13, "WP_UNPOPULATED", "6.4", "Write protection marks holes of anonymous memory too."),
  feature(14, "POISON", "6.6", "UFFDIO_POISON."),
  feature(15, "WP_ASYNC", "6.7", "Write-protect faults are resolved by the kernel, without messages."),
  feature(16, "MOVE", "6.8", "UFFDIO_MOVE."),
];

const byMacro = new Map(FEATURES.map((f) => [f.macro, f]));

/** Feature of a `UFFD_FEATURE_*` name. */
export const featureByMacro = (macro: string): Feature | undefined => byMacro.get(macro);

/** True when `features` asks for the feature of that name (without `UFFD_FEATURE_`). */
export function hasFeature(features: bigint, name: string): boolean {
  const f = byMacro.get(`UFFD_FEATURE_${name}`);
  return f !== undefined && (features & f.value) !== 0n;
}
