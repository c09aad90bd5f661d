/** Failed calls over time, one lane an errno. */
import { formatCount, formatQuantity } from "#protocol/format";
import type { Frame } from "#protocol/frames";
import { listCounts, safeText } from "../../text";
import { bucketLabel, type Gap, lossGaps } from "../window";

export interface Lane {
  readonly name: string;
  readonly count: readonly number[];
  readonly total: number;
}

export interface ErrorsShape {
  readonly lanes: readonly Lane[];
  readonly buckets: number;
  /** Most failures in one bucket of one lane: the common top of all lanes. */
  readonly peak: number;
  readonly gaps: readonly Gap[];
  readonly sentence: string;
}

/** The `most` − 1 busiest errnos get a lane each, the rest share one, so that none is left out; one lane is for all. */
export function shapeErrors(frame: Frame, most = 5): ErrorsShape {
  const all = frame.errnos
    .map(({ errno, count }) => ({ name: safeText(errno, 12), count, total: sum(count) }))
    .filter((lane) => lane.total > 0)
    .sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
  const rest = all.slice(most - 1);
  const name = most === 1 ? "errors" : `${rest.length} others`;
  const fits = all.length < most || (all.length === most && most > 1);
  const lanes = fits ? all : [...all.slice(0, most - 1), merge(name, rest, frame.window.buckets)];
  const peak = lanes.reduce((highest, lane) => lane.count.reduce((a, b) => Math.max(a, b), highest), 0);
  return { lanes, buckets: frame.window.buckets, peak, gaps: lossGaps(frame), sentence: sentence(frame, all) };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}

function merge(name: string, lanes: readonly Lane[], buckets: number): Lane {
  const count = Array.from({ length: buckets }, (_, index) => sum(lanes.map((lane) => lane.count[index] ?? 0)));
  return { name, count, total: sum(count) };
}

function sentence(frame: Frame, lanes: readonly Lane[]): string {
  if (lanes.length === 0) return "No call failed in this window.";
  const total = sum(lanes.map((lane) => lane.total));
  const counts = Object.fromEntries(lanes.map((lane) => [lane.name, lane.total]));
  const perBucket = Array.from({ length: frame.window.buckets }, (_, i) =>
    sum(lanes.map((lane) => lane.count[i] ?? 0)),
  );
  const worst = perBucket.reduce((best, count, index) => (count > (perBucket[best] ?? 0) ? index : best), 0);
  const when = bucketLabel(frame, worst);
  return `${formatQuantity(total, "failed call")} in this window: ${listCounts(counts, formatCount)}. Most at ${when}.`;
}
