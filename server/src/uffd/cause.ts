/** The shape of a cause: why a userfaultfd call fails, how that is recognized, what to do; and sentences many share. */
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

export const cause = (
  op: Cause["op"],
  errno: string,
  evidence: Evidence,
  result: Cause["result"],
  condition: string,
  cure: string,
  code?: string,
): Cause => ({ op, errno, evidence, condition, result, cure, ...(code === undefined ? {} : { code }) });

export const REGISTER_FIRST = "Register the whole destination with UFFDIO_REGISTER before placing pages in it.";
export const ALIGN = "Use whole pages: round the start down and the length up.";
export const WAKE_ON_EEXIST = "Treat it as resolved, and call UFFDIO_WAKE on the range in case somebody still waits.";
export const READ_EVENTS = "Read and handle the queued messages, then retry.";
