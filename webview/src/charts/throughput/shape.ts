/** Calls a second of one op over time. */
import { formatRate } from "#protocol/format";
import type { Frame } from "#protocol/frames";
import { safeText } from "../../text";
import { roundUp125 } from "../scale";
import { bucketStartNs, filledShare, type Gap, lossGaps } from "../window";

export interface ThroughputShape {
  /** Two points a bucket, so that a line through them is a step; NaN where the bucket has not begun. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly maxPerS: number;
  readonly lastPerS: number | undefined;
  readonly gaps: readonly Gap[];
  readonly sentence: string;
}

/** A bucket that has barely begun would show noise as a rate. */
const ENOUGH = 0.25;

/** Rates of `op`; the bucket that still fills counts by the part of it that has passed. */
export function shapeThroughput(frame: Frame, op: string): ThroughputShape {
  const counts = frame.series.find((series) => series.op === op)?.count ?? [];
  const seconds = frame.window.bucketNs / 1e9;
  const points: { x: number; y: number }[] = [];
  let lastPerS: number | undefined;
  let peak = 0;
  for (let index = 0; index < frame.window.buckets; index++) {
    const filled = filledShare(frame, index);
    const perS = filled < ENOUGH ? Number.NaN : (counts[index] ?? 0) / (seconds * filled);
    const x = bucketStartNs(frame, index);
    points.push({ x, y: perS }, { x: x + frame.window.bucketNs * filled, y: perS });
    if (Number.isNaN(perS)) continue;
    lastPerS = perS;
    peak = Math.max(peak, perS);
  }
  const said = lastPerS === undefined ? "none yet" : `newest ${formatRate(lastPerS)}, highest ${formatRate(peak)}`;
  return {
    points,
    maxPerS: roundUp125(Math.max(1, peak)),
    lastPerS,
    gaps: lossGaps(frame),
    sentence: `${safeText(op)} calls a second over time: ${said}.`,
  };
}
