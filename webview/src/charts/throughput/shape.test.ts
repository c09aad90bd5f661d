import { expect, it } from "vitest";
import { frameOf } from "../../../dev/builders";
import { shapeThroughput } from "./shape";

const series = { op: "MOVE", errors: [], p50Ns: [], p99Ns: [], maxNs: [] };
const window = { startNs: 0, bucketNs: 1e8, buckets: 4 };
const at = (nowNs: number, count: number[]) => frameOf({ nowNs, window, series: [{ ...series, count }] });

it("divides by the width of the bucket, and by its passed part while it fills", () => {
  const shape = shapeThroughput(at(2.5e8, [100, 200, 60, 0]), "MOVE");
  const rates = shape.points.filter((_, index) => index % 2 === 0).map((point) => Math.round(point.y));
  expect(rates).toEqual([1000, 2000, 1200, Number.NaN]);
  expect(shape.lastPerS).toBeCloseTo(1200);
  expect(shape.maxPerS).toBe(2000);
});

it("leaves a bucket out that has barely begun", () => {
  expect(shapeThroughput(at(2.1e8, [100, 200, 60, 0]), "MOVE").lastPerS).toBe(2000);
});

it("does not take the future for silence", () => {
  const shape = shapeThroughput(at(0, [0, 0, 0, 0]), "MOVE");
  expect(shape.lastPerS).toBeUndefined();
  expect(shape.sentence).toContain("none yet");
  expect(shape.maxPerS).toBe(1);
});

it("shows silence as zero", () => {
  expect(shapeThroughput(at(4e8, [0, 0, 0, 0]), "COPY").lastPerS).toBe(0);
});
