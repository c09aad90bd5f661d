/** Latency of one op over time: percentile lines, the scale around them, and what they say in words. */
import { formatTime } from "#protocol/format";
import type { Frame, Series } from "#protocol/frames";
import { safeText } from "../../text";
import { type LogScale, logScale } from "../scale";
import { bucketStartNs, type Gap, instantLabel, lossGaps } from "../window";

export interface Point {
  readonly x: number;
  /** NaN leaves a hole in the line. */
  readonly y: number;
}

export interface Line {
  readonly name: "p50" | "p99" | "max";
  readonly points: readonly Point[];
  /** Buckets without neighbours: dots, because no line reaches them. */
  readonly lone: readonly Point[];
  /** The newest value, undefined when no bucket has one. */
  readonly lastNs: number | undefined;
}

export interface LatencyShape {
  readonly lines: readonly Line[];
  readonly scale: LogScale;
  readonly gaps: readonly Gap[];
  /** Whether the newest value belongs to now, or to an earlier moment. */
  readonly endWord: string;
  /** What the chart shows, for those who cannot see it. */
  readonly sentence: string;
  readonly empty: boolean;
}

/** Draws nothing across a loss: a percentile of what happened to be kept is not the percentile. */
export function shapeLatency(frame: Frame, op: string, live: boolean): LatencyShape {
  const series = frame.series.find((candidate) => candidate.op === op);
  const lines = LINES.map(({ name, key }) => line(frame, name, series?.[key] ?? []));
  const values = lines.flatMap((each) => each.points.map((point) => point.y)).filter((y) => y > 0);
  const empty = values.length === 0;
  const scale = empty ? logScale(1e3, 1e6) : logScale(Math.min(...values), Math.max(...values));
  const gaps = lossGaps(frame);
  const last = lastBucket(frame, series);
  return { lines, scale, gaps, empty, endWord: endWord(frame, last, live), sentence: sentence(frame, op, lines, gaps) };
}

const LINES = [
  { name: "p50", key: "p50Ns" },
  { name: "p99", key: "p99Ns" },
  { name: "max", key: "maxNs" },
] as const;

function line(frame: Frame, name: Line["name"], values: readonly (number | null)[]): Line {
  const kept = (index: number): number => {
    const value = values[index];
    const usable = value !== null && value !== undefined && value > 0 && (frame.lost[index] ?? 0) === 0;
    return usable ? value : Number.NaN;
  };
  const points: Point[] = [];
  const lone: Point[] = [];
  let lastNs: number | undefined;
  for (let index = 0; index < frame.window.buckets; index++) {
    const y = kept(index);
    const point = { x: bucketStartNs(frame, index) + frame.window.bucketNs / 2, y };
    points.push(point);
    if (!Number.isNaN(y) && Number.isNaN(kept(index - 1)) && Number.isNaN(kept(index + 1))) lone.push(point);
    if (!Number.isNaN(y)) lastNs = y;
  }
  return { name, points, lone, lastNs };
}

function lastBucket(frame: Frame, series: Series | undefined): number | undefined {
  for (let index = frame.window.buckets - 1; index >= 0; index--) {
    if ((series?.count[index] ?? 0) > 0 && (frame.lost[index] ?? 0) === 0) return index;
  }
  return undefined;
}

/** "now" only while the newest bucket with calls is at most two buckets old. */
function endWord(frame: Frame, last: number | undefined, live: boolean): string {
  if (last === undefined) return "";
  const age = frame.nowNs - bucketStartNs(frame, last + 1);
  if (live && age <= 2 * frame.window.bucketNs) return "now";
  return live ? "last" : "at end";
}

function sentence(frame: Frame, op: string, lines: readonly Line[], gaps: readonly Gap[]): string {
  const name = safeText(op);
  const said = lines
    .filter((each) => each.lastNs !== undefined)
    .map((each) => `${each.name} ${formatTime(each.lastNs ?? 0)}`);
  const missing =
    gaps.length === 0 ? "" : ` Left out where events were lost: ${gaps.length} of the window's stretches.`;
  if (said.length === 0) return `No ${name} latency in this window.${missing}`;
  const peak = lines.find((each) => each.name === "max")?.points.reduce(higher);
  const at =
    peak === undefined
      ? ""
      : ` Highest ${formatTime(peak.y)} at ${instantLabel(frame, peak.x - frame.window.bucketNs / 2)}.`;
  return `${name} latency over time, newest bucket: ${said.join(", ")}.${at}${missing}`;
}

function higher(a: Point, b: Point): Point {
  return b.y > a.y || Number.isNaN(a.y) ? b : a;
}
