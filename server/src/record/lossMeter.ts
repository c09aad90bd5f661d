/** Turns the growing loss counters of a probe session into Loss rows: every border, every loss, once. */
import type { OwnRow } from "../recording/batch";
import { EventKind } from "../recording/schema";

/** What a counter means, in words that can end "12 events lost: …". */
const BORDERS: Readonly<Record<string, string>> = {
  ring: "the ring buffer was full",
  state: "two threads needed the same slot of the kernel's per-thread state",
  decode: "ring records could not be decoded",
  messages: "messages could not be read from the reader's buffer",
  sites: "call sites beyond what the probe can remember",
  children: "child processes or programs that could not be followed",
  writers: "their thread died while it wrote them",
  faults: "the buffer for page-fault events was full",
  skipped: "at most so many: the kernel skipped tracing programs while others were preempted, counted machine-wide",
};

export class LossMeter {
  private readonly seen = new Map<string, number>();

  /** Rows for what has been lost since the last call. `counters` never shrink. */
  rows(counters: object, timeNs: number): OwnRow[] {
    const rows: OwnRow[] = [];
    for (const [border, count] of Object.entries(counters) as [string, unknown][]) {
      if (typeof count !== "number") continue;
      const fresh = count - (this.seen.get(border) ?? 0);
      if (fresh <= 0) continue;
      this.seen.set(border, count);
      rows.push({ kind: EventKind.Loss, timeNs, length: BigInt(fresh), text: BORDERS[border] ?? border });
    }
    return rows;
  }
}
