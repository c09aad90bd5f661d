/** The time window of a frame: which bucket is where, which are complete, which touch a loss. */
import { formatInstant } from "#protocol/format";
import type { Frame } from "#protocol/frames";

export interface Gap {
  readonly startNs: number;
  readonly endNs: number;
  readonly lost: number;
}

/** End of the window, ns since the start of the recording. */
export function windowEndNs(frame: Frame): number {
  return frame.window.startNs + frame.window.buckets * frame.window.bucketNs;
}

/** Start of bucket `index`, ns since the start of the recording. */
export function bucketStartNs(frame: Frame, index: number): number {
  return frame.window.startNs + index * frame.window.bucketNs;
}

/** A moment of the recording, fine enough to tell neighbouring buckets apart at a glance. */
export function instantLabel(frame: Frame, ns: number): string {
  return formatInstant(ns, frame.window.bucketNs / 10);
}

export function bucketLabel(frame: Frame, index: number): string {
  return instantLabel(frame, bucketStartNs(frame, index));
}

/** How much of bucket `index` has passed, 0…1: a rate over the whole of a bucket that still fills would be too low. */
export function filledShare(frame: Frame, index: number): number {
  const passed = (frame.nowNs - bucketStartNs(frame, index)) / frame.window.bucketNs;
  return Math.min(1, Math.max(0, passed));
}

/** Stretches of neighbouring buckets in which events were lost. */
export function lossGaps(frame: Frame): Gap[] {
  const gaps: Gap[] = [];
  let open: Gap | undefined;
  for (let index = 0; index < frame.window.buckets; index++) {
    const lost = frame.lost[index] ?? 0;
    if (lost === 0) {
      if (open !== undefined) gaps.push(open);
      open = undefined;
      continue;
    }
    const startNs = open?.startNs ?? bucketStartNs(frame, index);
    open = { startNs, endNs: bucketStartNs(frame, index + 1), lost: (open?.lost ?? 0) + lost };
  }
  if (open !== undefined) gaps.push(open);
  return gaps;
}

/** The bucket that holds `ns`, or undefined outside the window. */
export function bucketAt(frame: Frame, ns: number): number | undefined {
  const index = Math.floor((ns - frame.window.startNs) / frame.window.bucketNs);
  return index >= 0 && index < frame.window.buckets ? index : undefined;
}
