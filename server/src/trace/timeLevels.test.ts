import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FINEST_NS, TimeLevels } from "./timeLevels";

interface Count {
  n: number;
}
const counting = {
  create: (): Count => ({ n: 0 }),
  merge: (into: Count, from: Count): void => {
    into.n += from.n;
  },
};

function levelsOf(times: readonly number[]): TimeLevels<Count> {
  const levels = new TimeLevels(counting);
  for (const time of times) levels.at(time).n++;
  return levels;
}

/** Mostly forward, with late events and idle gaps: what a recording looks like. */
const times = fc
  .array(fc.oneof(fc.nat(5e7), fc.nat(2e9), fc.integer({ min: -2e9, max: 0 }), fc.nat(4e12)), { maxLength: 200 })
  .map((steps) => {
    let now = 0;
    return steps.map((step) => {
      if (step >= 0) now += step;
      return Math.max(0, step < 0 ? now + step : now);
    });
  });

describe("TimeLevels", () => {
  it("gives every event once, in the right bucket, at every resolution it offers", () => {
    fc.assert(
      fc.property(times, fc.nat(6), fc.double({ min: 0, max: 1, noNaN: true }), (all, coarser, from) => {
        const levels = levelsOf(all);
        const end = Math.max(0, ...all);
        const resolution = levels.resolution(end * from);
        const bucketNs = resolution * 2 ** coarser;
        const startNs = Math.ceil((end * from) / bucketNs) * bucketNs;
        const buckets = Math.min(5000, Math.floor((end - startNs) / bucketNs) + 1);
        if (buckets < 1) return;
        const expected = new Array<number>(buckets).fill(0);
        for (const time of all) {
          const at = Math.floor((time - startNs) / bucketNs);
          if (time >= startNs && at < buckets) expected[at] = (expected[at] ?? 0) + 1;
        }
        expect(levels.window(startNs, bucketNs, buckets).map((bucket) => bucket?.n ?? 0)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the last seconds fine and the whole coarse", () => {
    const hour = 3600e9;
    const levels = levelsOf(Array.from({ length: 36_000 }, (_, i) => i * 1e8));
    expect(levels.resolution(hour - 4e9)).toBe(FINEST_NS);
    expect(levels.resolution(0)).toBe(2 ** 34);
    const whole = levels.window(0, 2 ** 34, 210);
    expect(whole.reduce((sum, bucket) => sum + (bucket?.n ?? 0), 0)).toBe(36_000);
  });

  it("does not change what it holds when it is asked", () => {
    const levels = levelsOf([0, 1, 2e10, 2e10 + 1]);
    const once = JSON.stringify(levels.window(0, 2 ** 30, 20));
    expect(JSON.stringify(levels.window(0, 2 ** 30, 20))).toBe(once);
  });
});
