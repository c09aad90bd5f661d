/** Ioctls by op, errno, call site and time. */
import { errnoName } from "../uffd/errnos";
import type { BatchView } from "./batchView";
import { Histogram } from "./histogram";
import { type LatencyBucket, latencySeries, type Tally, tallySeries } from "./latencySeries";
import { doneBytes, EAGAIN, type OpTraits, opTraits } from "./ops";
import type { TimeLevels } from "./timeLevels";

/** Calls of one op from one call site. */
export class SiteCalls {
  calls = 0;
  readonly errors = new Map<number, number>();
  readonly latency = new Histogram();

  add(errno: number, durationNs: number): void {
    this.calls++;
    if (errno !== 0) this.errors.set(errno, (this.errors.get(errno) ?? 0) + 1);
    this.latency.record(durationNs);
  }
}

export class OpStats {
  calls = 0;
  ok = 0;
  /** Calls that stopped early with EAGAIN; they are among the errors too. */
  partial = 0;
  /** What the result fields say was done; 0 for calls without one, which move nothing. */
  bytes = 0;
  readonly errors = new Map<number, number>();
  readonly latency = new Histogram();
  readonly series: TimeLevels<LatencyBucket> = latencySeries();
  /** By site number. */
  readonly sites = new Map<number, SiteCalls>();

  constructor(readonly op: string) {}
}

export interface KnownOp {
  readonly traits: OpTraits;
  readonly stats: OpStats;
}

/** Errnos as a plain record, most frequent first. */
export function errorRecord(errors: ReadonlyMap<number, number>): Record<string, number> {
  const sorted = [...errors].sort(([, a], [, b]) => b - a);
  return Object.fromEntries(sorted.map(([errno, count]) => [errnoName(errno), count]));
}

export class IoctlStats {
  /** Calls that failed, of all ops. */
  failures = 0;
  readonly byOp = new Map<string, OpStats>();
  /** Failed calls by errno over time, all ops together. */
  readonly errnoSeries = new Map<number, TimeLevels<Tally>>();
  private readonly byRequest = new Map<number, KnownOp>();

  /** What is known of a request number; one lookup an ioctl, for statistics and linker together. */
  known(request: number): KnownOp {
    return this.byRequest.get(request) ?? this.meet(request);
  }

  /** Adds an ioctl row; returns the bytes its result field says were done. */
  add({ traits, stats }: KnownOp, view: BatchView, row: number): number {
    const errno = view.errno[row] as number;
    const result = view.result(row);
    const durationNs = view.durationNs(row);
    const bucket = stats.series.at(view.timeNs(row));
    const bytes = doneBytes(traits, errno, view.length(row), result);
    stats.calls++;
    stats.bytes += traits.resultIsBytes ? bytes : 0;
    stats.latency.record(durationNs);
    bucket.latency.record(durationNs);
    if (errno === 0) {
      stats.ok++;
    } else {
      this.failures++;
      stats.errors.set(errno, (stats.errors.get(errno) ?? 0) + 1);
      if (errno === EAGAIN && bytes > 0) stats.partial++;
      bucket.errors++;
      this.errnos(errno).at(view.timeNs(row)).count++;
    }
    this.site(stats, view.site[row] as number).add(errno, durationNs);
    return traits.resultIsBytes ? bytes : 0;
  }

  private meet(request: number): KnownOp {
    const traits = opTraits(request);
    const stats = this.byOp.get(traits.op) ?? new OpStats(traits.op);
    this.byOp.set(traits.op, stats);
    const entry = { traits, stats };
    this.byRequest.set(request, entry);
    return entry;
  }

  private site(stats: OpStats, number: number): SiteCalls {
    const known = stats.sites.get(number);
    if (known) return known;
    const fresh = new SiteCalls();
    stats.sites.set(number, fresh);
    return fresh;
  }

  private errnos(errno: number): TimeLevels<Tally> {
    const known = this.errnoSeries.get(errno);
    if (known) return known;
    const fresh = tallySeries();
    this.errnoSeries.set(errno, fresh);
    return fresh;
  }
}
