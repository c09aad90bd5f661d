/** Draining must not wait behind whatever keeps the machine busy: the ring is finite. */
import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

const RECORDING_NICE = -5;

/**
 * Raises the calling thread's priority (Linux gives each thread its own, and children inherit it: start the program to be
 * traced before). Returns what puts it back. It takes CAP_SYS_NICE; recording works without, and on a busy machine the
 * loss counter tells whether it was missed.
 */
export function raisePriority(): () => void {
  const tid = Number(readlinkSync("/proc/thread-self").split("/").pop());
  const before = getPriority(tid);
  try {
    setPriority(tid, RECORDING_NICE);
  } catch {
    return () => undefined;
  }
  return () => setPriority(tid, before);
}
