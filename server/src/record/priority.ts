/** Draining must not wait behind whatever keeps the machine busy: the ring is finite. */
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

const RECORDING_NICE = -5;

/**
 * Raises the calling thread's priority (Linux gives each thread its own). Returns whether that was allowed: it takes
 * CAP_SYS_NICE. Recording works without it; on a busy machine the loss counter tells whether it was missed.
 */
export function raisePriority(): boolean {
  const tid = Number(readlinkSync("/proc/thread-self").split("/").pop());
  try {
    setPriority(tid, RECORDING_NICE);
    return true;
  } catch {
    return false;
  }
}
