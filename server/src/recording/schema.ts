/**
 * The one wide table every recording is: one row an event, fixed columns, one optional text.
 *
 * The addon fills these columns straight from the ring, the recorder writes them as Arrow record batches, and the trace
 * decoder reads them back. Unused columns of a kind are 0. Times are nanoseconds of CLOCK_MONOTONIC relative to the
 * recording's `startNs` (schema metadata), so they stay exact as doubles for 104 days.
 */

/** Version of the file layout, stored in the schema metadata as `faultscope.version`. */
export const RECORDING_VERSION = 1;

/** Kinds of event; the numbers are part of the file format and of `native/include/events.h`. */
export const EventKind = {
  /** A UFFDIO_* call. timeNs = entry, durationNs = as its caller saw it; `address` = dst or start, `source` = src,
   *  `result` = the out field, also of a failed call. API: mode = features asked for, source = features granted. */
  Ioctl: 1,
  /** One uffd_msg that a read returned. timeNs = the read's return; request = event byte; peer = ptid of a PAGEFAULT. */
  Message: 2,
  /** A completed fault. timeNs = trap, durationNs = trap to running again, wokenNs = trap to made runnable (or -1),
   *  peer = tid of the waker, source = instruction pointer, mode = x86 error code, request = 1 for an access in
   *  kernel mode, 2 for a page the kernel looked up itself (GUP: KVM, process_vm_readv, MADV_POPULATE): then timeNs = asleep,
   *  address = 0, known from its message. */
  Fault: 3,
  /** A process enters, changes or leaves: request = ProcessChange; peer = parent pid; text = command.
   *  Forked: pid = child, tid = the parent's thread, mode = clone flags. Exited: result = wait status. */
  Process: 4,
  /** A thread's name: text. */
  Thread: 5,
  /** First sight of a call site: site = its number, text = JSON of `SiteText`. */
  Site: 6,
  /** A memory-management system call, userfaultfd(2) or prctl(2): timeNs = its return, request = syscall number;
   *  address, length, mode, result. close (of a userfaultfd or an io_uring): timeNs = its entry, fd. A call about a list
   *  of buffers (io_uring_register, vmsplice, process_madvise) has a row a buffer: fd, address, length, source = how many
   *  there are, of which at most 64 have a row, mode = opcode, flags or advice. mmap: mode = prot | flags << 32, source = offset. mremap: source = new length. */
  MmCall: 7,
  /** Events lost on one border since the last such row: length = how many, text = border name. */
  Loss: 8,
  /** A range that was registered before we attached: address, length, mode = REGISTER mode bits, fd or -1. */
  Registered: 9,
  /** Facts about machine and tracer: text = JSON of `MachineText`. */
  Machine: 10,
  /** The recording ended on purpose: text = JSON of `EndText`. A recording without it was cut off. */
  End: 11,
  /** A fault that was still waiting when the recording ended: timeNs = trap, durationNs = age. */
  Waiting: 12,
  /** ksmd merged the page at `address` of process `pid`; tid = ksmd. */
  KsmMerge: 13,
  /** A fault that waited already when recording began: pid and tid wait, fd, address, mode = flags of its message,
   *  request = 1 when nobody has read that message yet. */
  Blocked: 14,
} as const;
export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/** `request` of a Process event. */
export const ProcessChange = { Attached: 0, Forked: 1, Exec: 2, Exited: 3 } as const;

/** One frame of a call site, innermost first. Unknown parts are absent. */
export interface SiteFrame {
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Object file and offset in it, always known for a mapped address. */
  readonly module?: string;
  readonly offset?: number;
  readonly inlined?: boolean;
}

export interface SiteText {
  readonly frames: readonly SiteFrame[];
  /** Why there are no source lines, in a sentence, when there are none. */
  readonly note?: string;
}

export interface MachineText {
  readonly kernel: string;
  readonly arch: string;
  readonly cpus: number;
  readonly pageSize: number;
  /** Which hooks are attached, in words a kernel developer would use. */
  readonly hooks: string;
  /** Absent: recorded by the probe. The preload library does not see wakes. */
  readonly via?: "preload";
  /** What this way of recording cannot see, and why it was taken: whole sentences. */
  readonly limits?: readonly string[];
  /** Constants measured at start and already subtracted from the rows, ns. */
  /** Of a flight recorder: observations from before this time were let go. */
  readonly keptFromNs?: number;
  readonly calibration?: { readonly ioctlNs: number; readonly faultNs: number };
}

export interface EndText {
  readonly reason: "stopped" | "duration" | "size" | "target exited" | "failures" | "stuck" | "probe lost" | "failed";
  readonly message?: string;
}

/** Column name → element type, in file order. The addon binds to these names. */
export const COLUMNS = [
  ["kind", "u8"],
  ["timeNs", "i64"],
  ["durationNs", "i64"],
  ["wokenNs", "i64"],
  ["pid", "i32"],
  ["tid", "i32"],
  ["peer", "i32"],
  ["fd", "i32"],
  ["request", "u32"],
  ["errno", "i32"],
  ["address", "u64"],
  ["source", "u64"],
  ["length", "u64"],
  ["mode", "u64"],
  ["result", "i64"],
  ["site", "u32"],
] as const;

export type ColumnName = (typeof COLUMNS)[number][0];
type ElementArray = { u8: Uint8Array; u32: Uint32Array; i32: Int32Array; i64: BigInt64Array; u64: BigUint64Array };

/** Columns of one batch: each array has the batch's capacity; only the first `rows` elements count. */
export type Columns = { readonly [K in (typeof COLUMNS)[number] as K[0]]: ElementArray[K[1]] };

/** Rows per batch. Record batches are written full (or at a flush), never one per drain. */
export const BATCH_ROWS = 8192;

/** Fresh, zeroed columns for `capacity` rows. */
export function allocateColumns(capacity: number): Columns {
  const make = { u8: Uint8Array, u32: Uint32Array, i32: Int32Array, i64: BigInt64Array, u64: BigUint64Array };
  return Object.fromEntries(COLUMNS.map(([name, type]) => [name, new make[type](capacity)])) as unknown as Columns;
}
