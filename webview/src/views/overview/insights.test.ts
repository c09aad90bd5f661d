import { describe, expect, it } from "vitest";
import { frameOf, ioctlOf, NO_FAULTS, reportOf, siteOf } from "../../../dev/builders";
import { insights } from "./insights";

const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, " ");
const move = ioctlOf({ op: "MOVE", calls: 1000, ok: 700, errors: { EBUSY: 290, ENOENT: 10 } });
const sites = [
  siteOf({ file: "/src/gc.c", line: 131, errors: { EBUSY: 280 } }),
  siteOf({ file: "/src/gc.c", line: 164, errors: { EBUSY: 10, ENOENT: 10 } }),
];
const finding = {
  code: "ebusy-fork",
  count: 266,
  file: "/src/gc.c",
  line: 131,
  message: "MOVE refused 266 times after a fork",
  cause: { kind: "fork", timeNs: 18.2e9, pid: 41207, tid: 41207, file: "/src/gc.c", line: 88 },
  op: "MOVE",
  errno: "EBUSY",
  confidence: "certain",
  cure: "Set MADV_DONTFORK on the source before forking.",
  alternatives: [],
} as const;

describe("failures", () => {
  it("without findings are told by errno with their line", () => {
    const told = insights(frameOf({ report: reportOf({ ioctls: [move], sites }) }), true);
    expect(told.map((each) => plain(each.title))).toEqual(["MOVE: EBUSY 290 times", "MOVE: ENOENT 10 times"]);
    expect(told.map((each) => each.places[0]?.place.label)).toEqual(["gc.c:131", "gc.c:164"]);
    expect(plain(told[0]?.detail ?? "")).toBe("29.0 % of 1 000 calls");
  });

  it("that a finding explains are told once, the rest on its own", () => {
    const told = insights(frameOf({ report: reportOf({ ioctls: [move], sites, findings: [finding] }) }), true);
    expect(told.map((each) => plain(each.title))).toEqual([
      "MOVE refused 266 times after a fork",
      "MOVE: EBUSY 24 times",
      "MOVE: ENOENT 10 times",
    ]);
    expect(told[0]?.places.map(({ word, place }) => `${word} ${place.label}`)).toEqual([
      "at gc.c:131",
      "fork at gc.c:88",
    ]);
  });
});

it("puts losses first and says when they happened", () => {
  const frame = frameOf({ lost: [0, 5, 0, 0], report: reportOf({ lost: 5, ioctls: [move] }) });
  const [first] = insights(frame, true);
  expect(plain(first?.title ?? "")).toBe("5 events lost between 0.13 s and 0.27 s");
  const earlier = insights(frameOf({ report: reportOf({ lost: 5 }) }), true);
  expect(earlier[0]?.title).toContain("before this window");
});

it("tells of waiting faults only when the recording is over", () => {
  const frame = frameOf({ report: reportOf({ faults: { ...NO_FAULTS, total: 3, outstanding: 1 } }) });
  expect(insights(frame, true)).toEqual([]);
  expect(plain(insights(frame, false)[0]?.title ?? "")).toBe("1 fault still waiting at the end");
});

it("shows control characters of foreign text instead of obeying them", () => {
  const evil = { ...finding, message: "a\u202eb\nc", cause: null };
  const [told] = insights(frameOf({ report: reportOf({ findings: [evil] }) }), true);
  expect(told?.title).toBe("a\\x202eb\\x0ac");
});
