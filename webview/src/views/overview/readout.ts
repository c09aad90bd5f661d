/** The bucket under the cursor, in words, one sentence a chart. */
import { formatCount, formatQuantity, formatRate, formatTime } from "#protocol/format";
import type { Frame } from "#protocol/frames";
import { bucketAt, bucketLabel, bucketStartNs, filledShare } from "../../charts/window";
import { listCounts } from "../../text";

export interface Readout {
  readonly latency: string;
  readonly throughput: string;
  readonly errors: string;
}

/** Figures of the bucket that holds `ns`, or undefined when it lies outside the window. */
export function readout(frame: Frame, op: string, ns: number): Readout | undefined {
  const index = bucketAt(frame, ns);
  if (index === undefined) return undefined;
  const at = bucketLabel(frame, index);
  const lost = frame.lost[index] ?? 0;
  const loss = lost === 0 ? "" : ` · ${formatCount(lost)} lost`;
  const series = frame.series.find((candidate) => candidate.op === op);
  const figure = (name: string, values: readonly (number | null)[] | undefined): string => {
    const value = values?.[index];
    return value === null || value === undefined || lost > 0 ? "" : `${name} ${formatTime(value)}`;
  };
  const figures = [figure("p50", series?.p50Ns), figure("p99", series?.p99Ns), figure("max", series?.maxNs)];
  const known = figures.filter((text) => text !== "").join(" · ");
  const calls = series?.count[index] ?? 0;
  const filled = filledShare(frame, index);
  const rate = filled === 0 ? "not yet" : formatRate(calls / ((frame.window.bucketNs / 1e9) * filled));
  const failed = Object.fromEntries(frame.errnos.map(({ errno, count }) => [errno, count[index] ?? 0]));
  return {
    latency: `${at} · ${known === "" ? "no call measured" : known}${loss}`,
    throughput: `${at} · ${rate} · ${formatQuantity(calls, "call")}${loss}`,
    errors: `${at} · ${listCounts(failed, formatCount) || "none"}${loss}`,
  };
}

/** Where a key moves the cursor: the middle of another bucket that has begun; undefined puts it away. */
export function movedCursor(frame: Frame, ns: number | undefined, key: string, shift: boolean): number | undefined {
  const newest = Math.max(0, bucketAt(frame, frame.nowNs) ?? frame.window.buckets - 1);
  const here = ns === undefined ? undefined : bucketAt(frame, ns);
  const step = shift ? 10 : 1;
  const middle = (index: number): number =>
    bucketStartNs(frame, Math.min(newest, Math.max(0, index))) + frame.window.bucketNs / 2;
  if (key === "Home") return middle(0);
  if (key === "End") return middle(newest);
  if (here === undefined) return middle(newest);
  return middle(here + (key === "ArrowLeft" ? -step : step));
}
