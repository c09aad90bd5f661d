import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatClock,
  formatCount,
  formatFactor,
  formatInstant,
  formatQuantity,
  formatRate,
  formatShare,
  formatSignificant,
  formatTime,
  timeParts,
} from "./format";

/** Plain spaces read better in expectations. */
const plain = (text: string): string => text.replace(/[\u202f\u00a0]/g, " ");

describe("formatTime", () => {
  it.each([
    [0, "0 ns"],
    [7, "7 ns"],
    [999, "999 ns"],
    [1000, "1.00 µs"],
    [3104, "3.10 µs"],
    [23_449, "23.4 µs"],
    [133_400, "133 µs"],
    [999_499, "999 µs"],
    [999_600, "1.00 ms"],
    [5_130_000, "5.13 ms"],
    [999_600_000, "1.00 s"],
    [11_840_000_000, "11.8 s"],
    [99_940_000_000, "99.9 s"],
    [133_000_000_000, "2 min 13 s"],
    [3_605_000_000_000, "1 h 00 min"],
    [-1500, "−1.50 µs"],
  ])("%d → %s", (ns, text) => expect(plain(formatTime(ns))).toBe(text));

  it("shows three significant figures or an exact count of nanoseconds, within 0.5 %", () => {
    const factors: Record<string, number> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99_000_000_000 }), (ns) => {
        const { number, unit } = timeParts(ns);
        const value = Number(number) * (factors[unit] ?? Number.NaN);
        expect(number.replace(/\D/g, "").length).toBeLessThanOrEqual(3);
        expect(Math.abs(value - ns)).toBeLessThanOrEqual(ns * 0.005 + 1e-6);
      }),
    );
  });
});

it.each([
  [0, "0"],
  [999, "999"],
  [1000, "1 000"],
  [180_212, "180 212"],
  [-1234567, "−1 234 567"],
])("formatCount(%d) → %s", (value, text) => expect(plain(formatCount(value))).toBe(text));

it.each([
  [0, "0 B"],
  [4096, "4.00 KiB"],
  [1000, "0.98 KiB"],
  [738_197_504, "704 MiB"],
  [1023 * 1024 * 1024, "1.00 GiB"],
])("formatBytes(%d) → %s", (value, text) => expect(plain(formatBytes(value))).toBe(text));

it.each([
  [30_040_000_000, "0:30.0"],
  [725_399_999_999, "12:05.3"],
  [3_723_900_000_000, "1:02:03"],
  [-5, "0:00.0"],
])("formatClock(%d) → %s", (ns, text) => expect(formatClock(ns)).toBe(text));

it("keeps a small share visible and never rounds up to the whole", () => {
  expect(plain(formatShare(0))).toBe("0 %");
  expect(plain(formatShare(0.0021))).toBe("0.21 %");
  expect(plain(formatShare(0.00001))).toBe("< 0.01 %");
  expect(plain(formatShare(0.99999))).toBe("> 99.9 %");
  expect(plain(formatShare(1))).toBe("100 %");
});

it("formats rates, factors, quantities", () => {
  expect(plain(formatRate(6007.2))).toBe("6 007 /s");
  expect(plain(formatRate(416.4))).toBe("416 /s");
  expect(formatFactor(2.456)).toBe("×2.46");
  expect(plain(formatQuantity(1, "event"))).toBe("1 event");
  expect(plain(formatQuantity(12_480, "event"))).toBe("12 480 events");
  expect(formatSignificant(999.6)).toBe(formatCount(1000));
});

it.each([
  [15e9, 5e9, "15 s"],
  [18.05e9, 5e7, "18.05 s"],
  [500_000, 100_000, "0.0005 s"],
  [125e9, 5e9, "2:05"],
  [119.96e9, 1e8, "2:00.0"],
  [3_725e9, 60e9, "1:02:05"],
  [0, 5e9, "0 s"],
])("formatInstant(%d, %d) → %s", (ns, step, text) => expect(plain(formatInstant(ns, step))).toBe(text));
