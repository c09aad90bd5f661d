import { expect, it } from "vitest";
import { plotWidth, timeAxis, timeOfX, xOfTime } from "./geometry";

const geometry = { width: 1072, height: 200, left: 72, right: 88 };
const axis = timeAxis(0, 30e9, plotWidth(geometry));

it("puts the window between the gutters", () => {
  expect(xOfTime(0, axis, geometry)).toBe(72);
  expect(xOfTime(30e9, axis, geometry)).toBe(984);
  expect(axis.marks.map((ns) => ns / 1e9)).toEqual([0, 5, 10, 15, 20, 25, 30]);
});

it("finds the time under a pixel, clamped", () => {
  expect(timeOfX(xOfTime(12e9, axis, geometry), axis, geometry)).toBeCloseTo(12e9);
  expect(timeOfX(0, axis, geometry)).toBe(0);
  expect(timeOfX(2000, axis, geometry)).toBe(30e9);
});

it("survives a plot without room", () => {
  const none = { ...geometry, width: 100 };
  expect(plotWidth(none)).toBe(0);
  expect(timeAxis(0, 30e9, 0).marks.length).toBeGreaterThan(0);
  expect(timeOfX(90, axis, none)).toBe(30e9);
});
