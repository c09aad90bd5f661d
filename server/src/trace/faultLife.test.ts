import fc from "fast-check";
import { expect, it } from "vitest";
import { phasesOf } from "./faultLife";

it("splits the latency into phases that are never negative and add up to it, whatever the moments", () => {
  const moment = fc.integer({ min: 0, max: 2 ** 50 });
  fc.assert(
    fc.property(
      moment,
      fc.option(moment, { nil: undefined }),
      moment,
      moment,
      moment,
      (raisedNs, deliveredNs, resolveBeginNs, wokenNs, runningNs) => {
        const phases = phasesOf({ raisedNs, deliveredNs, resolveBeginNs, wokenNs, runningNs });
        const all = Object.values(phases);
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(all.reduce((a, b) => a + b, 0)).toBe(Math.max(0, runningNs - raisedNs));
      },
    ),
  );
});

it("gives a fault that was resolved before its message was read no service", () => {
  const moments = { raisedNs: 100, resolveBeginNs: 150, wokenNs: 200, runningNs: 230 };
  expect(phasesOf({ ...moments, deliveredNs: undefined })).toEqual({ notify: 50, service: 0, resolve: 50, resume: 30 });
  expect(phasesOf({ ...moments, deliveredNs: 180 })).toEqual({ notify: 80, service: 0, resolve: 20, resume: 30 });
});

it("starts the clock of a batch that was under way already with the fault", () => {
  const phases = phasesOf({ raisedNs: 100, deliveredNs: undefined, resolveBeginNs: 20, wokenNs: 200, runningNs: 230 });
  expect(phases).toEqual({ notify: 0, service: 0, resolve: 100, resume: 30 });
});
