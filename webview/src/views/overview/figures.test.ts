import { expect, it } from "vitest";
import { frameOf, ioctlOf, latencyOf, NO_FAULTS, reportOf } from "../../../dev/builders";
import { failedCalls, figures, opsOf } from "./figures";

const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, " ");
const series = { count: [], errors: [], p50Ns: [], p99Ns: [], maxNs: [] };
const report = reportOf({
  durationNs: 30e9,
  ioctls: [
    ioctlOf({ op: "COPY", calls: 5, ok: 5 }),
    ioctlOf({
      op: "MOVE",
      calls: 180_212,
      ok: 179_841,
      errors: { EBUSY: 371 },
      bytes: 738_197_504,
      latencyNs: latencyOf(3100),
    }),
  ],
  faults: { ...NO_FAULTS, total: 12_480, latencyNs: latencyOf(27_200) },
});
const frame = frameOf({
  report,
  series: ["fault", "COPY", "MOVE"].map((op) => ({ op, ...series })),
  rates: { ioctlsPerS: 6813.4, faultsPerS: 416, bytesPerS: 0 },
});
const shown = (list: ReturnType<typeof figures>) =>
  Object.fromEntries(list.map((figure) => [plain(figure.label), plain(`${figure.number} ${figure.unit}`).trim()]));

it("prints the report's figures for the chosen op", () => {
  expect(shown(figures(frame, "MOVE", true))).toEqual({
    calls: "6 813 /s",
    "MOVE p50": "3.10 µs",
    "MOVE p99": "31.0 µs",
    "MOVE max": "620 µs",
    faults: "416 /s",
    "fault p99": "272 µs",
    "MOVE bytes": "704 MiB",
    errors: "0.21 %",
  });
});

it("shows means once the recording is over", () => {
  const over = shown(figures(frame, "fault", false));
  expect(over).toMatchObject({ calls: "6 007 /s", faults: "416 /s", "fault p50": "27.2 µs", "MOVE bytes": "704 MiB" });
});

it("marks counts and maxima as lower bounds after a loss, percentiles not", () => {
  const lossy = shown(figures({ ...frame, report: { ...report, lost: 1 } }, "MOVE", true));
  expect(lossy).toMatchObject({ calls: "≥ 6 813 /s", "MOVE max": "≥ 620 µs", "MOVE p50": "3.10 µs" });
});

it("prints a dash where nothing is known, never a zero", () => {
  const none = shown(figures(frameOf({}), undefined, true));
  expect(none).toMatchObject({ p50: "–", max: "–", "fault p99": "–", bytes: "–", errors: "–" });
});

it("orders ops by calls with the faults last", () => {
  expect(opsOf(frame)).toEqual(["MOVE", "COPY", "fault"]);
});

it("counts every call that did not return 0", () => {
  expect(failedCalls(ioctlOf({ calls: 10, ok: 7, partial: 1, errors: { EAGAIN: 1, EBUSY: 2 } }))).toBe(3);
});
