import { describe, expect, it } from "vitest";
import { endConditions, type Progressed } from "./limits";

const nothing: Progressed = { elapsedNs: 0, fileBytes: 0, failures: 0, oldestWaitNs: 0 };

describe("conditions to end a recording", () => {
  it("are none unless asked for", () => expect(endConditions({})).toEqual([]));

  it("hold when a burst of failures fits into a second, not when as many come slowly", () => {
    const [slow] = endConditions({ failuresPerS: 10 });
    for (let second = 0; second < 20; second++) {
      expect(slow?.({ ...nothing, elapsedNs: second * 1e9, failures: second * 9 })).toBeUndefined();
    }
    const [burst] = endConditions({ failuresPerS: 10 });
    expect(burst?.({ ...nothing, elapsedNs: 1.2e9, failures: 9 })).toBeUndefined();
    expect(burst?.({ ...nothing, elapsedNs: 1.3e9, failures: 19 })).toMatchObject({ reason: "failures" });
  });

  it("hold when a fault is stuck", () => {
    const [stuck] = endConditions({ stuckS: 2 });
    expect(stuck?.({ ...nothing, oldestWaitNs: 1.9e9 })).toBeUndefined();
    expect(stuck?.({ ...nothing, oldestWaitNs: 2e9 })).toMatchObject({ reason: "stuck" });
  });
});
