/** Progress on stderr: one line rewritten on a terminal, a line every five seconds elsewhere. */
import { formatBytes, formatClock, formatCount, formatRate, formatTime } from "#protocol/format";
import type { SessionState } from "#protocol/session";
import type { Progress } from "../record/handle";
import type { Io } from "./io";
import { printable } from "./table";

const PLAIN_INTERVAL_NS = 5e9;

/** `0:12.3  4 812 events  6 007 /s  MOVE p50 1.02 µs p99 3.10 µs  lost 0`. */
export function progressText({ elapsedNs, events, lost, fileBytes, busiest }: Progress): string {
  const op = busiest
    ? [
        `${busiest.op} ${formatRate(busiest.callsPerS)}`,
        `p50 ${formatTime(busiest.p50Ns)}`,
        `p99 ${formatTime(busiest.p99Ns)}`,
      ]
    : ["no ioctl yet"];
  const losses = lost === 0 ? "lost 0" : `LOST ${formatCount(lost)}`;
  return [formatClock(elapsedNs), `${formatCount(events)} events`, ...op, formatBytes(fileBytes), losses].join("  ");
}

export class ProgressLine {
  private shown = false;
  private nextPlainNs = PLAIN_INTERVAL_NS;

  constructor(private readonly io: Io) {}

  /** Says that recording has begun. */
  begin(state: Extract<SessionState, { phase: "recording" }>, kind: "attach" | "launch"): void {
    const names = state.targets.map(({ pid, command }) => `${pid} ${command}`).join(", ");
    const stop = kind === "attach" ? " Ctrl-C stops." : "";
    this.io.err(`Recording ${printable(names)} to ${state.file}.${stop}\n`);
    for (const limit of state.limits ?? []) this.io.err(`${printable(limit)}\n`);
  }

  show(progress: Progress): void {
    if (this.io.interactive) {
      const text = progressText(progress);
      this.io.err(`\r\u001b[K${[...text].slice(0, this.io.columns - 1).join("")}`);
      this.shown = true;
      return;
    }
    if (progress.elapsedNs < this.nextPlainNs) return;
    this.nextPlainNs = progress.elapsedNs + PLAIN_INTERVAL_NS;
    this.io.err(`${progressText(progress)}\n`);
  }

  /** Takes the live line away. */
  clear(): void {
    if (this.shown) this.io.err("\r\u001b[K");
    this.shown = false;
  }
}
