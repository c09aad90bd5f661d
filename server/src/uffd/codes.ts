/**
 * The diagnostic codes: what each failure is, since when, and what to do about it. Diagnostics, hovers, the command
 * line, observed findings and the documentation are all made from this table.
 */

export type Severity = "error" | "warning" | "information" | "hint";

export interface DiagnosticCode {
  readonly code: string;
  /** Name of the errno the kernel gives, or undefined when the call itself succeeds. */
  readonly errno?: string;
  readonly title: string;
  /** How sure a static finding is unless the analysis knows better. */
  readonly severity: Severity;
  /** Calls it can appear at, names after `UFFDIO_`. */
  readonly ops: readonly string[];
  /** What the kernel does. */
  readonly kernel: string;
  readonly since: string;
  /** One sentence: the remedy, in words of a kernel developer. */
  readonly cure: string;
}

const DATA_OPS = ["COPY", "ZEROPAGE", "MOVE", "CONTINUE", "POISON"] as const;

export const CODES: readonly DiagnosticCode[] = [
  {
    code: "ebusy-fork",
    errno: "EBUSY",
    title: "Source page shared by fork",
    severity: "warning",
    ops: ["MOVE"],
    kernel:
      "UFFDIO_MOVE takes only pages that belong to this process alone. fork(2) shares every page that is present copy-on-write, and it stays shared for this purpose until the parent writes it again, even after the child has gone.",
    since: "6.8",
    cure: "Set MADV_DONTFORK on the source before forking, write the pages again (MADV_POPULATE_WRITE keeps their content), or fall back to UFFDIO_COPY.",
  },
  {
    code: "ebusy-ksm",
    errno: "EBUSY",
    title: "Source page may be merged by KSM",
    severity: "information",
    ops: ["MOVE"],
    kernel:
      "A page that ksmd merged with an equal one is shared and cannot be moved. Merging is asked for with MADV_MERGEABLE or PR_SET_MEMORY_MERGE and happens when ksmd comes by.",
    since: "6.8",
    cure: "Call madvise(src, len, MADV_UNMERGEABLE) before the move, or fall back to UFFDIO_COPY on EBUSY.",
  },
  {
    code: "ebusy-pinned",
    errno: "EBUSY",
    title: "Source page pinned",
    severity: "warning",
    ops: ["MOVE"],
    kernel:
      "A page pinned for DMA (io_uring registered buffers, O_DIRECT, RDMA, VFIO) cannot be moved while the pin lasts.",
    since: "6.8",
    cure: "Move after the buffers are unregistered, or fall back to UFFDIO_COPY.",
  },
  {
    code: "ebusy-registered",
    errno: "EBUSY",
    title: "Range registered with another userfaultfd",
    severity: "warning",
    ops: ["REGISTER"],
    kernel: "A mapping belongs to one userfaultfd at a time; registering it with a second one is refused.",
    since: "4.3",
    cure: "Unregister the range from the other descriptor first, or use that descriptor.",
  },
  {
    code: "eexist-populated",
    errno: "EEXIST",
    title: "Destination page already present",
    severity: "warning",
    ops: DATA_OPS,
    kernel:
      "Pages are only placed where nothing is: a page that was written, read (the zero page), populated by MAP_POPULATE or placed before makes the call fail.",
    since: "4.3",
    cure: "Drop the destination with MADV_DONTNEED before placing pages, advance the destination, or treat EEXIST as already resolved and wake the range.",
  },
  {
    code: "eexist-not-woken",
    errno: "EEXIST",
    title: "EEXIST tolerated without a wake-up",
    severity: "hint",
    ops: DATA_OPS,
    kernel:
      "A call that ends with EEXIST wakes nobody. A thread that faulted on the page before it was placed stays blocked.",
    since: "4.3",
    cure: "Call UFFDIO_WAKE on the range when EEXIST is taken as success.",
  },
  {
    code: "enoent-hole",
    errno: "ENOENT",
    title: "Source page missing",
    severity: "warning",
    ops: ["MOVE"],
    kernel:
      "A source page that was never written, was dropped or was moved away before is a hole, and UFFDIO_MOVE stops there unless UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES is set.",
    since: "6.8",
    cure: "Set UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES, write the source before the move, or use UFFDIO_ZEROPAGE for empty pages.",
  },
  {
    code: "einval-alignment",
    errno: "EINVAL",
    title: "Range not page aligned",
    severity: "warning",
    ops: ["REGISTER", "UNREGISTER", "WAKE", "COPY", "ZEROPAGE", "MOVE", "WRITEPROTECT", "CONTINUE", "POISON"],
    kernel: "Start and length are whole pages, and the length is not 0; UFFDIO_MOVE wants an aligned source as well.",
    since: "4.3",
    cure: "Round the address down and the length up to whole pages.",
  },
  {
    code: "einval-mapping",
    errno: "EINVAL",
    title: "Mapping does not allow the operation",
    severity: "warning",
    ops: ["MOVE", "REGISTER", "CONTINUE", "ZEROPAGE"],
    kernel:
      "UFFDIO_MOVE works within one private anonymous mapping on each side, with equal protection and locking; shared, file and hugetlb memory is refused. UFFDIO_CONTINUE is the opposite: it needs shared or hugetlb memory.",
    since: "4.3",
    cure: "Use private anonymous memory with the same protection on both sides and keep the range inside one mapping, or use UFFDIO_COPY.",
  },
  {
    code: "einval-unregistered",
    errno: "EINVAL",
    title: "Range not registered",
    severity: "warning",
    ops: ["COPY", "ZEROPAGE", "MOVE", "WRITEPROTECT", "CONTINUE", "POISON", "UNREGISTER"],
    kernel:
      "The destination has to lie inside a registered range: UFFDIO_MOVE answers EINVAL when it does not, the other calls ENOENT. Before UFFDIO_API every call is EINVAL.",
    since: "4.3",
    cure: "Call UFFDIO_API and register the whole destination with UFFDIO_REGISTER first.",
  },
  {
    code: "einval-foreign-mm",
    errno: "EINVAL",
    title: "Descriptor belongs to another process",
    severity: "warning",
    ops: ["MOVE"],
    kernel:
      "UFFDIO_MOVE works only in the process that created the descriptor; an inherited or received one is refused.",
    since: "6.8",
    cure: "Move in the process that owns the memory, or use UFFDIO_COPY, which works from outside.",
  },
  {
    code: "einval-mode",
    errno: "EINVAL",
    title: "Mode not allowed",
    severity: "warning",
    ops: ["API", "REGISTER", "COPY", "ZEROPAGE", "MOVE", "WRITEPROTECT", "CONTINUE", "POISON"],
    kernel: "A mode of 0 for UFFDIO_REGISTER, unknown bits, or bits that exclude each other are refused.",
    since: "4.3",
    cure: "Use the flags of this ioctl only, and clear the struct before filling it.",
  },
  {
    code: "einval-number",
    errno: "EINVAL",
    title: "Wrong ioctl number",
    severity: "warning",
    ops: [],
    kernel: "The request carries direction and struct size besides the number; the kernel compares all of it.",
    since: "4.3",
    cure: "Take the number from linux/userfaultfd.h, or from the table in the documentation where there is no header.",
  },
  {
    code: "eagain-partial",
    errno: "EAGAIN",
    title: "Range cut short",
    severity: "warning",
    ops: DATA_OPS,
    kernel:
      "When a page in the middle fails, the call stops there, returns EAGAIN and puts the bytes done into the result field.",
    since: "4.3",
    cure: "Look at the result field, go on after the bytes done, and treat the error the next call gives.",
  },
  {
    code: "eagain-events",
    errno: "EAGAIN",
    title: "Event not read",
    severity: "warning",
    ops: DATA_OPS,
    kernel: "While a fork, remap, remove or unmap event waits to be read, every call that places pages answers EAGAIN.",
    since: "4.11",
    cure: "Read and handle the queued events before retrying.",
  },
  {
    code: "efault-marker",
    errno: "EFAULT",
    title: "Source is a marker",
    severity: "warning",
    ops: ["MOVE"],
    kernel:
      "Guard pages, poisoned pages and write-protect markers have no page to move; ALLOW_SRC_HOLES does not help.",
    since: "6.8",
    cure: "Remove the guard or the poison, or leave these pages out of the range.",
  },
  {
    code: "unchecked-result",
    title: "Result not checked",
    severity: "hint",
    ops: DATA_OPS,
    kernel: "The call may fail or stop early, and nothing shows whether it did.",
    since: "4.3",
    cure: "Check the return value, and the result field when a range is more than one page.",
  },
  {
    code: "never-woken",
    title: "Waiters never woken",
    severity: "warning",
    ops: DATA_OPS,
    kernel: "With DONTWAKE the page is placed but the threads that wait for it stay blocked until UFFDIO_WAKE.",
    since: "4.3",
    cure: "Call UFFDIO_WAKE on the range afterwards, or leave DONTWAKE out.",
  },
  {
    code: "handler-deadlock",
    title: "Handler blocks on itself",
    severity: "warning",
    ops: [],
    kernel:
      "A thread that reads the descriptor and touches a missing page of the same range, or makes an event it has to read itself, waits for itself for ever.",
    since: "4.3",
    cure: "Touch registered memory, madvise, munmap, mremap and fork in another thread than the one that reads the descriptor.",
  },
  {
    code: "ignore-without-reason",
    title: "Finding ignored without a reason",
    severity: "hint",
    ops: [],
    kernel:
      "A comment takes a finding back, and the kernel does what it did before. Whoever reads the comment later has to know why the call cannot fail there.",
    since: "4.3",
    cure: "Say why after a colon: `// faultscope-ignore ebusy-fork: the child has ended and the pages were written again`.",
  },
  {
    code: "ignore-unused",
    title: "Comment that takes nothing back",
    severity: "hint",
    ops: [],
    kernel:
      "A comment with `faultscope-ignore` stands where no such finding is, because the code was put right or the comment was moved away from it. It would hide the next mistake made there.",
    since: "4.3",
    cure: "Take the comment out, or move it to the line above the call.",
  },
];

const byCode = new Map(CODES.map((c) => [c.code, c]));

/** Entry of a diagnostic code. */
export const diagnosticCode = (code: string): DiagnosticCode | undefined => byCode.get(code);

/** Address of a code's documentation page, relative to the repository's root. */
export const documentationPath = (code: string): string => `docs/diagnostics/${code}.md`;
