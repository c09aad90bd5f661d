/** One time axis for all charts: where the plot lies within a chart column, and from times to pixels and back. */
import { multiples, timeStep } from "./scale";

export interface Geometry {
  /** Size of the canvas in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Gutters beside the plot: scale on the left, direct labels on the right. */
  readonly left: number;
  readonly right: number;
}

export interface TimeAxis {
  readonly startNs: number;
  readonly endNs: number;
  readonly stepNs: number;
  readonly marks: readonly number[];
}

/** Room for one time label with air on both sides. */
const LABEL_PX = 88;

/** The axis of a window on a plot `plotWidth` pixels wide. */
export function timeAxis(startNs: number, endNs: number, plotWidth: number): TimeAxis {
  const stepNs = timeStep(endNs - startNs, Math.max(2, Math.floor(plotWidth / LABEL_PX)));
  return { startNs, endNs, stepNs, marks: multiples(startNs, endNs, stepNs) };
}

/** Pixels between the gutters, never negative. */
export function plotWidth(geometry: Geometry): number {
  return Math.max(0, geometry.width - geometry.left - geometry.right);
}

export function xOfTime(ns: number, axis: TimeAxis, geometry: Geometry): number {
  return geometry.left + ((ns - axis.startNs) / (axis.endNs - axis.startNs)) * plotWidth(geometry);
}

/** Time under `x`, clamped into the window. */
export function timeOfX(x: number, axis: TimeAxis, geometry: Geometry): number {
  const share = (x - geometry.left) / Math.max(1, plotWidth(geometry));
  return axis.startNs + Math.min(1, Math.max(0, share)) * (axis.endNs - axis.startNs);
}
