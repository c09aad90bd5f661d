/** Frames: the aggregates a view draws, for one window at one resolution. */
import type { Frame, Series } from "#protocol/frames";
import { errnoName } from "../uffd/errnos";
import type { LatencyBucket, Tally } from "./latencySeries";
import { sortedOps } from "./report";
import type { TimeLevels } from "./timeLevels";
import type { Trace } from "./trace";

/** What a view shows: the last `spanNs` of the recording, or all of it. */
export interface FrameWindow {
  readonly spanNs: number | "all";
  /** At most this many buckets. */
  readonly maxBuckets: number;
}

/** The live view: 34 s in buckets of 134 ms. */
export const LIVE_WINDOW: FrameWindow = { spanNs: 2 ** 35, maxBuckets: 256 };
export const WHOLE_WINDOW: FrameWindow = { spanNs: "all", maxBuckets: 256 };

/** More sites than a list shows would only make frames heavy; the report has them all. */
const MAX_SITES = 50;

type Buckets = Frame["window"];

/** The smallest power of two that is at least `ns`. */
function powerOfTwo(ns: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, ns)));
}

function place(trace: Trace, window: FrameWindow, all: readonly TimeLevels<unknown>[]): Buckets {
  const nowNs = trace.lastNs;
  const startNs = window.spanNs === "all" ? 0 : Math.max(0, nowNs - window.spanNs);
  const finest = Math.max(...all.map((levels) => levels.resolution(startNs)));
  const bucketNs = Math.max(finest, powerOfTwo((nowNs - startNs) / (window.maxBuckets - 1)));
  const first = Math.ceil(startNs / bucketNs);
  return { startNs: first * bucketNs, bucketNs, buckets: Math.max(1, Math.floor(nowNs / bucketNs) - first + 1) };
}

function series(op: string, levels: TimeLevels<LatencyBucket>, at: Buckets): Series {
  const buckets = levels.window(at.startNs, at.bucketNs, at.buckets);
  const shares = buckets.map((bucket) =>
    bucket && bucket.latency.count > 0 ? bucket.latency.percentiles([0.5, 0.99]) : [],
  );
  return {
    op,
    count: buckets.map((bucket) => bucket?.latency.count ?? 0),
    errors: buckets.map((bucket) => bucket?.errors ?? 0),
    p50Ns: shares.map(([p50]) => p50 ?? null),
    p99Ns: shares.map(([, p99]) => p99 ?? null),
    maxNs: buckets.map((bucket) => (bucket && bucket.latency.count > 0 ? bucket.latency.max : null)),
  };
}

function tallies(levels: TimeLevels<Tally>, at: Buckets): number[] {
  return levels.window(at.startNs, at.bucketNs, at.buckets).map((bucket) => bucket?.count ?? 0);
}

export function buildFrame(trace: Trace, window: FrameWindow, sequence: number): Frame {
  const ops = sortedOps(trace);
  const faults = trace.faults.stats.series;
  const errnos = [...trace.ioctls.errnoSeries];
  const levels = [...ops.map((stats) => stats.series), faults, trace.losses.series, ...errnos.map(([, own]) => own)];
  const at = place(trace, window, levels);
  const report = trace.report();
  const shown = [...ops.map((stats) => series(stats.op, stats.series, at)), series("fault", faults, at)];
  return {
    sequence,
    nowNs: trace.lastNs,
    window: at,
    series: shown.filter((line) => line.count.some((count) => count > 0)),
    errnos: errnos
      .map(([errno, own]) => ({ errno: errnoName(errno), count: tallies(own, at) }))
      .filter(({ count }) => count.some((n) => n > 0)),
    lost: tallies(trace.losses.series, at),
    report: { ...report, sites: report.sites.slice(0, MAX_SITES) },
    rates: trace.rates.at(trace.lastNs),
  };
}
