import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Histogram } from "./histogram";

const SHARES = [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1];
/** Log-uniform, as latencies are, up to 39 hours: the sum of some dozens is then still exact in a double. */
const latency = fc.oneof(
  fc.nat(300),
  fc
    .tuple(fc.nat(46), fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }))
    .map(([e, m]) => Math.floor(m * 2 ** e)),
);

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

function nearestRank(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
}

describe("Histogram", () => {
  it("has every percentile within 1 % of the exact one, and count, sum, min, max exact", () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 300 }), (values) => {
        const histogram = histogramOf(values);
        expect(histogram.count).toBe(values.length);
        expect(histogram.min).toBe(Math.min(...values));
        expect(histogram.max).toBe(Math.max(...values));
        expect(histogram.sum).toBe(values.reduce((a, b) => a + b, 0));
        for (const share of SHARES) {
          const exact = nearestRank(values, share);
          expect(Math.abs(histogram.percentile(share) - exact)).toBeLessThanOrEqual(exact * 0.01);
        }
      }),
    );
  });

  it("merges exactly: the same as having recorded everything in one", () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (a, b) => {
        const merged = histogramOf(a);
        merged.merge(histogramOf(b));
        const both = histogramOf([...a, ...b]);
        expect(merged.summary()).toEqual(both.summary());
        expect(merged.percentiles(SHARES)).toEqual(both.percentiles(SHARES));
      }),
    );
  });

  it("is exact below 128 and says nothing when empty", () => {
    expect(histogramOf([1, 2, 3, 100, 127]).percentiles([0.2, 0.4, 0.6, 0.8, 1])).toEqual([1, 2, 3, 100, 127]);
    expect(new Histogram().summary()).toBeNull();
    expect(new Histogram().percentile(0.5)).toBeNaN();
  });

  it("counts what a clock that ran backwards gives as 0", () => {
    expect(histogramOf([-5, 10]).summary()).toMatchObject({ min: 0, max: 10 });
  });
});
