/**
 * The memory-management system calls that explain failures of userfaultfd, as numbers: x86-64, the architecture that is
 * recorded. Values of asm-generic headers; checked against a running kernel by test/kernel/causes.test.ts.
 */

export const SYSCALL = {
  close: 3,
  mmap: 9,
  mprotect: 10,
  munmap: 11,
  mremap: 25,
  madvise: 28,
  mlock: 149,
  munlock: 150,
  mlockall: 151,
  munlockall: 152,
  prctl: 157,
  vmsplice: 278,
  userfaultfd: 323,
  mlock2: 325,
  io_uring_register: 427,
} as const;

/** What an advice of madvise(2) does to pages and to what later calls find. */
export type AdviceEffect =
  | "drops"
  | "frees"
  | "keepsFromChildren"
  | "givesToChildren"
  | "allowsMerging"
  | "forbidsMerging"
  | "fills"
  | "writes"
  | "guards"
  | "unguards"
  /** Changes an attribute of the mapping, which splits it when only a part is advised. */
  | "attribute";

export interface Advice {
  readonly name: string;
  readonly effect: AdviceEffect;
}

export const ADVICE: Readonly<Record<number, Advice>> = {
  0: { name: "MADV_NORMAL", effect: "attribute" },
  1: { name: "MADV_RANDOM", effect: "attribute" },
  2: { name: "MADV_SEQUENTIAL", effect: "attribute" },
  4: { name: "MADV_DONTNEED", effect: "drops" },
  8: { name: "MADV_FREE", effect: "frees" },
  9: { name: "MADV_REMOVE", effect: "drops" },
  10: { name: "MADV_DONTFORK", effect: "keepsFromChildren" },
  11: { name: "MADV_DOFORK", effect: "givesToChildren" },
  12: { name: "MADV_MERGEABLE", effect: "allowsMerging" },
  13: { name: "MADV_UNMERGEABLE", effect: "forbidsMerging" },
  14: { name: "MADV_HUGEPAGE", effect: "attribute" },
  15: { name: "MADV_NOHUGEPAGE", effect: "attribute" },
  16: { name: "MADV_DONTDUMP", effect: "attribute" },
  17: { name: "MADV_DODUMP", effect: "attribute" },
  18: { name: "MADV_WIPEONFORK", effect: "keepsFromChildren" },
  19: { name: "MADV_KEEPONFORK", effect: "givesToChildren" },
  22: { name: "MADV_POPULATE_READ", effect: "fills" },
  23: { name: "MADV_POPULATE_WRITE", effect: "writes" },
  24: { name: "MADV_DONTNEED_LOCKED", effect: "drops" },
  102: { name: "MADV_GUARD_INSTALL", effect: "guards" },
  103: { name: "MADV_GUARD_REMOVE", effect: "unguards" },
};

/** Advice that sets the same attribute of a mapping: the later one replaces the earlier. */
export const ATTRIBUTE_OF_ADVICE: Readonly<Record<number, string>> = {
  0: "access",
  1: "access",
  2: "access",
  10: "fork",
  11: "fork",
  12: "merge",
  13: "merge",
  14: "huge",
  15: "huge",
  16: "dump",
  17: "dump",
  18: "wipe",
  19: "wipe",
};
/** Advice that gives an attribute the value it had from the start. */
export const NEUTRAL_ADVICE: ReadonlySet<number> = new Set([0, 11, 13, 17, 19]);

export const MAP = {
  typeMask: 0xf,
  shared: 1,
  sharedValidate: 3,
  anonymous: 0x20,
  locked: 0x2000,
  populate: 0x8000,
  hugetlb: 0x4_0000,
} as const;
export const PROT = { write: 2, accessMask: 7 } as const;
export const MREMAP_DONTUNMAP = 4;
export const MCL = { current: 1, future: 2 } as const;
export const PR_SET_MEMORY_MERGE = 67;
/** Clone flag of a child that shares the memory: vfork, posix_spawn, threads. Such a child takes no page away. */
export const CLONE_VM = 0x100;
/** Opcodes of io_uring_register(2) that pin pages, and the one that lets them go. */
export const IORING_PINS: ReadonlySet<number> = new Set([0, 15]);
export const IORING_UNPINS = 1;
