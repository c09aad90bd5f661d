/**
 * Why userfaultfd calls fail: every errno of every ioctl with its causes, how a cause is recognized in a running
 * process, and what to do. Observed findings, hovers and documentation are made from it.
 */
import type { IoctlName } from "./ioctls";

/** What has to be seen before the failure to blame this cause. */
export type Evidence =
  /** The call's own arguments show it. */
  | "arguments"
  /** A fork without CLONE_VM after the page was last written. */
  | "fork"
  /** KSM merged the page: MADV_MERGEABLE or PR_SET_MEMORY_MERGE, and ksmd ran. */
  | "ksm"
  /** Pages were registered with io_uring, or direct I/O was in flight. */
  | "pin"
  /** An earlier call or access filled the page. */
  | "populated"
  /** The source was dropped, moved away or never written. */
  | "hole"
  /** An event of the descriptor waits to be read. */
  | "event"
  /** Mapping, protection, locking or registration of the range. */
  | "mapping"
  /** The descriptor belongs to another process. */
  | "process"
  /** The state of the machine: memory, a signal, a race. */
  | "kernel";

export interface Cause {
  readonly op: IoctlName | "any";
  /** Name of the errno. */
  readonly errno: string;
  readonly evidence: Evidence;
  /** Diagnostic code of the same cause, where the static half knows it. */
  readonly code?: string;
  /** The condition, as one clause without a full stop. */
  readonly condition: string;
  /** What the result field holds: untouched, -errno, or the bytes done before. */
  readonly result: "untouched" | "errno" | "errno or bytes" | "bytes" | "none";
  /** The remedy, one sentence. */
  readonly cure: string;
}

const cause = (
  op: Cause["op"],
  errno: string,
  evidence: Evidence,
  result: Cause["result"],
  condition: string,
  cure: string,
  code?: string,
): Cause => ({ op, errno, evidence, condition, result, cure, ...(code === undefined ? {} : { code }) });

const REGISTER_FIRST = "Register the whole destination with UFFDIO_REGISTER before placing pages in it.";
const ALIGN = "Use whole pages: round the start down and the length up.";
const WAKE_ON_EEXIST = "Treat it as resolved, and call UFFDIO_WAKE on the range in case somebody still waits.";
const READ_EVENTS = "Read and handle the queued messages, then retry.";

export const CAUSES: readonly Cause[] = [
  cause(
    "any",
    "EINVAL",
    "arguments",
    "untouched",
    "UFFDIO_API was not done on the descriptor",
    "Do the UFFDIO_API handshake right after creating the descriptor.",
    "einval-unregistered",
  ),
  cause(
    "any",
    "ENOTTY",
    "arguments",
    "untouched",
    "the descriptor is not a userfaultfd",
    "Check which descriptor is passed.",
  ),
  cause(
    "any",
    "EFAULT",
    "arguments",
    "untouched",
    "the argument struct cannot be read or written",
    "Pass a struct in writable memory; a MOVE whose result cannot be written back has moved the pages all the same.",
  ),

  cause(
    "API",
    "EINVAL",
    "arguments",
    "none",
    "the api field is not UFFD_API, a feature is unknown, or the handshake was done before",
    "Ask for UFFD_API with features 0 first to learn what the kernel has.",
    "einval-mode",
  ),
  cause(
    "API",
    "EPERM",
    "process",
    "none",
    "UFFD_FEATURE_EVENT_FORK was asked for without CAP_SYS_PTRACE",
    "Leave the feature out, or run with the capability.",
  ),

  cause(
    "REGISTER",
    "EINVAL",
    "arguments",
    "none",
    "the mode is 0 or has unknown bits, or the range is not page aligned",
    ALIGN,
    "einval-mode",
  ),
  cause(
    "REGISTER",
    "EINVAL",
    "mapping",
    "none",
    "nothing is mapped in the range, or the mapping is of a kind that cannot be watched",
    "Register anonymous, shared or hugetlb memory that is mapped.",
    "einval-mapping",
  ),
  cause(
    "REGISTER",
    "EBUSY",
    "mapping",
    "none",
    "a mapping in the range belongs to another userfaultfd",
    "Unregister it there first, or use that descriptor.",
    "ebusy-registered",
  ),
  cause(
    "REGISTER",
    "EPERM",
    "mapping",
    "none",
    "the mapping is shared and may never be written",
    "Open the memfd or file for writing.",
  ),
  cause(
    "REGISTER",
    "ENOMEM",
    "kernel",
    "none",
    "the mapping could not be split, or its process is gone",
    "Check the limit on mappings (vm.max_map_count).",
  ),
  cause(
    "UNREGISTER",
    "EINVAL",
    "mapping",
    "none",
    "the range is misaligned, unmapped, or belongs to another userfaultfd",
    "Unregister exactly what was registered with this descriptor.",
    "einval-unregistered",
  ),
  cause("WAKE", "EINVAL", "arguments", "none", "the range is empty or not page aligned", ALIGN, "einval-alignment"),

  cause(
    "MOVE",
    "EINVAL",
    "process",
    "untouched",
    "the caller is not the process that created the descriptor",
    "Move in the process that owns the memory, or use UFFDIO_COPY from outside.",
    "einval-foreign-mm",
  ),
  cause(
    "MOVE",
    "EINVAL",
    "arguments",
    "untouched",
    "destination, source or length is not page aligned, the length is 0, or the mode has unknown bits",
    ALIGN,
    "einval-alignment",
  ),
  cause(
    "MOVE",
    "EINVAL",
    "mapping",
    "errno",
    "a side is shared, a file or hugetlb memory",
    "Use private anonymous memory on both sides, or UFFDIO_COPY.",
    "einval-mapping",
  ),
  cause(
    "MOVE",
    "EINVAL",
    "mapping",
    "errno",
    "a range crosses from one mapping into another; any madvise, mprotect, mlock or register on part of a range splits it",
    "Apply attributes to whole ranges, or move the parts one by one.",
    "einval-mapping",
  ),
  cause(
    "MOVE",
    "EINVAL",
    "mapping",
    "errno",
    "protection or locking of the two sides differ, or neither is writable",
    "Give both sides the same protection and locking.",
    "einval-mapping",
  ),
  cause(
    "MOVE",
    "EINVAL",
    "mapping",
    "errno",
    "the destination is not registered with this descriptor",
    REGISTER_FIRST,
    "einval-unregistered",
  ),
  cause(
    "MOVE",
    "ENOENT",
    "mapping",
    "errno",
    "nothing is mapped at the start of the destination or the source",
    "Check the addresses against the mappings of the process.",
  ),
  cause(
    "MOVE",
    "ENOENT",
    "hole",
    "errno or bytes",
    "a source page was never written, was dropped, or was moved away before",
    "Set UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES, or write the source first.",
    "enoent-hole",
  ),
  cause(
    "MOVE",
    "EEXIST",
    "populated",
    "errno or bytes",
    "a destination page is present, swapped or marked",
    WAKE_ON_EEXIST,
    "eexist-populated",
  ),
  cause(
    "MOVE",
    "EEXIST",
    "kernel",
    "errno or bytes",
    "on 6.18 a retried step finds the page it has just moved: source and destination tell whether it happened",
    "Look whether the source is a hole now and the destination present; wake the range.",
  ),
  cause(
    "MOVE",
    "EBUSY",
    "fork",
    "errno or bytes",
    "the source page is shared with a child since a fork and was not written since",
    "Set MADV_DONTFORK on the source, write it again (MADV_POPULATE_WRITE), or fall back to UFFDIO_COPY.",
    "ebusy-fork",
  ),
  cause(
    "MOVE",
    "EBUSY",
    "ksm",
    "errno or bytes",
    "ksmd merged the source page with an equal one",
    "Call madvise(MADV_UNMERGEABLE) on the source, or fall back to UFFDIO_COPY.",
    "ebusy-ksm",
  ),
  cause(
    "MOVE",
    "EBUSY",
    "pin",
    "errno or bytes",
    "the source page is pinned for DMA",
    "Wait until the pin is gone, or fall back to UFFDIO_COPY.",
    "ebusy-pinned",
  ),
  cause(
    "MOVE",
    "EFAULT",
    "mapping",
    "errno or bytes",
    "the source entry is a guard, poison or write-protect marker",
    "Leave these pages out of the range.",
    "efault-marker",
  ),
  cause(
    "MOVE",
    "EAGAIN",
    "event",
    "errno",
    "a fork, remap, remove or unmap event waits to be read",
    READ_EVENTS,
    "eagain-events",
  ),
  cause(
    "MOVE",
    "EAGAIN",
    "arguments",
    "bytes",
    "a page in the middle failed: the bytes before it are moved",
    "Advance by the result field and call again; the next call shows the error itself.",
    "eagain-partial",
  ),
  cause(
    "MOVE",
    "ENOMEM",
    "kernel",
    "errno or bytes",
    "a page table could not be allocated",
    "Free memory or raise the memory limit of the control group.",
  ),
  cause("MOVE", "EINTR", "kernel", "errno", "a fatal signal arrived", "Nothing: the process is ending."),

  ...(["COPY", "ZEROPAGE", "POISON", "CONTINUE"] as const).flatMap((op): Cause[] => [
    cause(
      op,
      "EINVAL",
      "arguments",
      "untouched",
      "the range is not page aligned or empty, or the mode has unknown bits",
      ALIGN,
      "einval-alignment",
    ),
    cause(
      op,
      "ENOENT",
      "mapping",
      "errno",
      "the destination is not mapped, not registered, or leaves its mapping",
      REGISTER_FIRST,
      "einval-unregistered",
    ),
    cause(
      op,
      "EEXIST",
      "populated",
      "errno or bytes",
      "a destination page is there already",
      WAKE_ON_EEXIST,
      "eexist-populated",
    ),
    cause(
      op,
      "EAGAIN",
      "event",
      "errno",
      "a fork, remap, remove or unmap event waits to be read",
      READ_EVENTS,
      "eagain-events",
    ),
    cause(
      op,
      "EAGAIN",
      "arguments",
      "bytes",
      "a page in the middle failed: the bytes before it are done",
      "Advance by the result field and call again.",
      "eagain-partial",
    ),
    cause(op, "ESRCH", "process", "untouched", "the process that owns the memory has ended", "Close the descriptor."),
  ]),
  cause(
    "COPY",
    "EINVAL",
    "mapping",
    "errno",
    "mode WP on a range that is not registered for write protection, or hugetlb memory not aligned to its page size",
    "Register with UFFDIO_REGISTER_MODE_WP, and align to the huge page.",
    "einval-mode",
  ),
  cause(
    "COPY",
    "EFAULT",
    "arguments",
    "errno",
    "the source cannot be read, or the destination lies beyond the end of the file",
    "Map the source, and size the memfd before placing pages.",
  ),
  cause(
    "COPY",
    "ENOMEM",
    "kernel",
    "errno or bytes",
    "no page, or no huge page, could be allocated",
    "Free memory, raise the limit of the control group, or reserve huge pages.",
  ),
  cause(
    "ZEROPAGE",
    "EINVAL",
    "mapping",
    "errno",
    "the range is hugetlb memory",
    "Use UFFDIO_COPY with a zeroed buffer.",
    "einval-mapping",
  ),
  cause(
    "CONTINUE",
    "EINVAL",
    "mapping",
    "errno",
    "the range is anonymous memory, which has no page cache",
    "Use shared or hugetlb memory, or UFFDIO_COPY.",
    "einval-mapping",
  ),
  cause(
    "CONTINUE",
    "EFAULT",
    "hole",
    "errno",
    "the page is not in the page cache",
    "Write the page through another mapping first.",
  ),

  cause(
    "WRITEPROTECT",
    "EINVAL",
    "arguments",
    "none",
    "the range is misaligned, or WP and DONTWAKE are set together",
    ALIGN,
    "einval-mode",
  ),
  cause(
    "WRITEPROTECT",
    "ENOENT",
    "mapping",
    "none",
    "some of the range is not registered with mode WP",
    "Register with UFFDIO_REGISTER_MODE_WP.",
    "einval-unregistered",
  ),
  cause(
    "WRITEPROTECT",
    "EAGAIN",
    "event",
    "none",
    "a fork, remap, remove or unmap event waits to be read",
    READ_EVENTS,
    "eagain-events",
  ),
];

/** Causes of an errno of one ioctl, the specific ones first. */
export function causesOf(op: string, errno: string): readonly Cause[] {
  const own = CAUSES.filter((c) => c.op === op && c.errno === errno);
  return [...own, ...CAUSES.filter((c) => c.op === "any" && c.errno === errno)];
}
