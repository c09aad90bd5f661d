import { describe, expect, it } from "vitest";
import { frameOf } from "../../../dev/builders";
import { shapeLatency } from "./shape";

const series = {
  op: "MOVE",
  count: [10, 0, 10, 10, 10, 0],
  errors: [0, 0, 0, 0, 0, 0],
  p50Ns: [3000, null, 3100, 3200, 3300, null],
  p99Ns: [30_000, null, 31_000, 900_000, 33_000, null],
  maxNs: [300_000, null, 310_000, 5_000_000, 330_000, null],
};
const frame = frameOf({
  nowNs: 600,
  window: { startNs: 0, bucketNs: 100, buckets: 6 },
  series: [series],
  lost: [0, 0, 0, 0, 0, 0],
});

describe("shapeLatency", () => {
  it("puts each value in the middle of its bucket and leaves holes where there is none", () => {
    const [p50] = shapeLatency(frame, "MOVE", true).lines;
    expect(p50?.points[0]).toEqual({ x: 50, y: 3000 });
    expect(p50?.points[1]?.y).toBeNaN();
    expect(p50?.lastNs).toBe(3300);
  });

  it("draws a bucket without neighbours as a dot", () => {
    const [p50] = shapeLatency(frame, "MOVE", true).lines;
    expect(p50?.lone).toEqual([{ x: 50, y: 3000 }]);
  });

  it("never draws a percentile across a loss", () => {
    const lossy = shapeLatency({ ...frame, lost: [0, 0, 0, 7, 0, 0] }, "MOVE", true);
    for (const line of lossy.lines) expect(line.points[3]?.y).toBeNaN();
    expect(lossy.gaps).toEqual([{ startNs: 300, endNs: 400, lost: 7 }]);
    expect(lossy.sentence).toContain("Left out where events were lost");
    expect(lossy.scale.max).toBeLessThan(5_000_000);
  });

  it("says now only while the newest value is new, and never for a finished recording", () => {
    expect(shapeLatency(frame, "MOVE", true).endWord).toBe("now");
    expect(shapeLatency({ ...frame, nowNs: 900 }, "MOVE", true).endWord).toBe("last");
    expect(shapeLatency(frame, "MOVE", false).endWord).toBe("at end");
  });

  it("names the newest values and the highest", () => {
    const { sentence } = shapeLatency(frame, "MOVE", true);
    expect(sentence.replace(/\u00a0/g, " ")).toBe(
      "MOVE latency over time, newest bucket: p50 3.30 µs, p99 33.0 µs, max 330 µs. Highest 5.00 ms at 0.00000030 s.",
    );
  });

  it("says so when the op has no values, also when the frame is cut short", () => {
    expect(shapeLatency(frame, "COPY", true)).toMatchObject({
      empty: true,
      sentence: "No COPY latency in this window.",
    });
    const short = { ...frame, series: [{ ...series, p50Ns: [], p99Ns: [], maxNs: [], count: [] }], lost: [] };
    expect(shapeLatency(short, "MOVE", true).empty).toBe(true);
  });
});
