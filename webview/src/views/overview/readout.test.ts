import { expect, it } from "vitest";
import { frameOf } from "../../../dev/builders";
import { movedCursor, readout } from "./readout";

const plain = (text: string | undefined): string => (text ?? "").replace(/[\u202f\u00a0]/g, " ");
const frame = frameOf({
  nowNs: 3.5e8,
  window: { startNs: 0, bucketNs: 1e8, buckets: 6 },
  series: [
    {
      op: "MOVE",
      count: [10, 20, 5, 5, 0, 0],
      errors: [],
      p50Ns: [3000, null, 3000, 3000, null, null],
      p99Ns: [30_000, null, 9, 9, null, null],
      maxNs: [300_000, null, 9, 9, null, null],
    },
  ],
  errnos: [{ errno: "EBUSY", count: [0, 4, 0, 0, 0, 0] }],
  lost: [0, 0, 7, 0, 0, 0],
});

it("reads the bucket under the cursor", () => {
  expect(plain(readout(frame, "MOVE", 0.2e8)?.latency)).toBe("0.00 s · p50 3.00 µs · p99 30.0 µs · max 300 µs");
  expect(plain(readout(frame, "MOVE", 1.2e8)?.errors)).toBe("0.10 s · EBUSY 4");
  expect(plain(readout(frame, "MOVE", 3.2e8)?.throughput)).toBe("0.30 s · 100 /s · 5 calls");
  expect(readout(frame, "MOVE", 9e8)).toBeUndefined();
});

it("gives no percentile where events were lost", () => {
  expect(plain(readout(frame, "MOVE", 2.2e8)?.latency)).toBe("0.20 s · no call measured · 7 lost");
});

it("moves by buckets and stays among those that have begun", () => {
  const moved = (ns: number | undefined, key: string, shift = false) => movedCursor(frame, ns, key, shift);
  expect(moved(undefined, "ArrowLeft")).toBe(3.5e8);
  expect(moved(2.5e8, "ArrowLeft")).toBe(1.5e8);
  expect(moved(2.5e8, "ArrowLeft", true)).toBe(0.5e8);
  expect(moved(2.5e8, "ArrowRight", true)).toBe(3.5e8);
  expect(moved(2.5e8, "Home")).toBe(0.5e8);
  expect(moved(0.5e8, "End")).toBe(3.5e8);
});
