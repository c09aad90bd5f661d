import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logScale, multiples, roundDown125, roundUp125, spreadLabels, timeStep } from "./scale";

describe("round values", () => {
  it("encloses any value within a factor of 2.5", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), (value) => {
        expect(roundUp125(value)).toBeGreaterThanOrEqual(value * (1 - 1e-8));
        expect(roundDown125(value)).toBeLessThanOrEqual(value * (1 + 1e-8));
        expect(roundUp125(value) / roundDown125(value)).toBeLessThan(2.51);
      }),
    );
  });
  it("keeps round values", () => {
    for (const value of [1, 2, 5, 10, 1000, 5e6]) {
      expect(roundUp125(value)).toBeCloseTo(value, 6);
      expect(roundDown125(value)).toBeCloseTo(value, 6);
    }
  });
});

describe("time axis", () => {
  it.each([
    [30e9, 6, 5e9],
    [30e9, 7, 5e9],
    [1e9, 10, 1e8],
    [120e9, 6, 30e9],
    [3_600e9, 8, 600e9],
    [200e9, 8, 30e9],
    [5, 10, 1],
  ])("span %d with at most %d marks steps by %d", (span, marks, step) => {
    expect(timeStep(span, marks)).toBeCloseTo(step, 3);
  });
  it("never sets more marks than asked for, up to years", () => {
    fc.assert(
      fc.property(fc.double({ min: 10, max: 1e17, noNaN: true }), fc.integer({ min: 2, max: 20 }), (span, marks) => {
        expect(multiples(0, span, timeStep(span, marks)).length).toBeLessThanOrEqual(marks + 1);
      }),
    );
  });
  it("starts within the window", () => {
    expect(multiples(7, 21, 5)).toEqual([10, 15, 20]);
    expect(multiples(7, 8, 5)).toEqual([]);
  });
});

describe("log axis", () => {
  it("marks decades of a wide range and 1-2-5 of a narrow one", () => {
    expect(logScale(1200, 5e6).marks.map(Math.round)).toEqual([1e3, 1e4, 1e5, 1e6]);
    expect(logScale(2100, 190_000).marks.map(Math.round)).toEqual([1e4, 1e5]);
    expect(logScale(2100, 9000).marks.map(Math.round)).toEqual([2e3, 5e3, 1e4, 2e4]);
  });
  it("holds its data and its marks, also for one value", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e11 }), fc.integer({ min: 1, max: 1e11 }), (a, b) => {
        const scale = logScale(Math.min(a, b), Math.max(a, b));
        expect(scale.min).toBeLessThanOrEqual(Math.min(a, b) * (1 + 1e-8));
        expect(scale.max).toBeGreaterThanOrEqual(Math.max(a, b) * (1 - 1e-8));
        expect(scale.marks.length).toBeGreaterThanOrEqual(2);
        expect(scale.marks.length).toBeLessThanOrEqual(6);
        for (const mark of scale.marks) {
          expect(mark).toBeGreaterThanOrEqual(scale.min * (1 - 1e-8));
          expect(mark).toBeLessThanOrEqual(scale.max * (1 + 1e-8));
        }
      }),
    );
  });
});

describe("end labels", () => {
  it("stand apart, in order, inside when there is room", () => {
    const ys = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(ys, (wanted) => {
        const placed = [...spreadLabels(wanted, 30, 0, 300)].sort((a, b) => a - b);
        for (let i = 1; i < placed.length; i++) {
          expect((placed[i] ?? 0) - (placed[i - 1] ?? 0)).toBeGreaterThanOrEqual(30 - 1e-9);
        }
        expect(placed[0]).toBeGreaterThanOrEqual(0);
        expect(placed[placed.length - 1]).toBeLessThanOrEqual(300);
      }),
    );
  });
  it("stay where they are when nothing collides", () => {
    expect(spreadLabels([200, 20, 100], 30, 0, 300)).toEqual([200, 20, 100]);
  });
});
