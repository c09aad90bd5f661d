/**
 * Why userfaultfd calls fail: every errno of every ioctl with its causes, how a cause is recognized in a running
 * process, and what to do. Observed findings, hovers and documentation are made from it.
 */
import { ALIGN, type Cause, cause, READ_EVENTS, REGISTER_FIRST, WAKE_ON_EEXIST } from "./cause";
import { CAUSES_OF_MOVE } from "./causesOfMove";

export type { Cause, Evidence } from "./cause";

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

  ...CAUSES_OF_MOVE,

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
