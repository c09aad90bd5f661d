import { expect, it } from "vitest";
import { formatTime } from "#protocol/format";
import { baseName, listCounts, markLabel, programName, safeText, siteLabel, splitUnit } from "./text";

it("shows control characters and direction overrides instead of obeying them", () => {
  expect(safeText("a\nb\u202egnp.exe\u0000")).toBe("a\\x0ab\\x202egnp.exe\\x00");
});

it("cuts endless names", () => {
  expect(safeText("x".repeat(500), 10)).toBe("xxxxxxxxxx…");
});

it("names a site by line, by object, or as not known", () => {
  expect(siteLabel({ file: "/src/gc.c", line: 131 })).toBe("gc.c:131");
  expect(siteLabel({ file: "/src/gc.c", line: null })).toBe("gc.c");
  expect(siteLabel({ file: null, line: null, module: "/usr/lib/libc.so.6+0x1234" })).toBe("libc.so.6+0x1234");
  expect(siteLabel({ file: null, line: null, module: null })).toBe("not known");
});

it("takes the unit off a figure", () => {
  expect(splitUnit(formatTime(3104))).toEqual({ number: "3.10", unit: "µs" });
  expect(splitUnit("12")).toEqual({ number: "12", unit: "" });
  expect(splitUnit(formatTime(133e9))).toEqual({ number: "2\u00a0min 13", unit: "s" });
});

it("lists counts by frequency and leaves zeros out", () => {
  expect(listCounts({ EEXIST: 37, EBUSY: 293, EINVAL: 0 }, String)).toBe("EBUSY 293, EEXIST 37");
});

it("writes axis marks without zeros behind the point", () => {
  expect([1e4, 1e6, 2.5e6, 3].map((ns) => markLabel(formatTime(ns)))).toEqual([
    "10\u00a0µs",
    "1\u00a0ms",
    "2.50\u00a0ms",
    "3\u00a0ns",
  ]);
});

it("names a program without its arguments", () => {
  expect(programName("/opt/bin/compactor --rounds 8 --json /tmp/truth.json")).toBe("compactor");
  expect(programName("compactor")).toBe("compactor");
  expect(programName(" ")).toBe("unnamed");
});

it("takes the last part of a path", () => {
  expect(baseName("/a/b/c.c")).toBe("c.c");
  expect(baseName("c.c")).toBe("c.c");
  expect(baseName("/a/")).toBe("/a/");
});
