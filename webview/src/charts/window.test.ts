import { expect, it } from "vitest";
import { frameOf } from "../../dev/builders";
import { bucketAt, bucketStartNs, filledShare, lossGaps, windowEndNs } from "./window";

const frame = frameOf({
  nowNs: 1350,
  window: { startNs: 1000, bucketNs: 100, buckets: 6 },
  lost: [0, 3, 4, 0, 0, 9],
});

it("joins neighbouring buckets with losses into one gap, also at the end", () => {
  expect(lossGaps(frame)).toEqual([
    { startNs: 1100, endNs: 1300, lost: 7 },
    { startNs: 1500, endNs: 1600, lost: 9 },
  ]);
  expect(lossGaps({ ...frame, lost: [] })).toEqual([]);
});

it("knows how much of a bucket has passed", () => {
  expect([0, 2, 3, 4].map((index) => filledShare(frame, index))).toEqual([1, 1, 0.5, 0]);
});

it("maps times to buckets and back", () => {
  expect(windowEndNs(frame)).toBe(1600);
  expect(bucketStartNs(frame, 2)).toBe(1200);
  expect(bucketAt(frame, 1299)).toBe(2);
  expect(bucketAt(frame, 999)).toBeUndefined();
  expect(bucketAt(frame, 1600)).toBeUndefined();
});
