import { expect, it } from "vitest";
import { frameOf } from "../../../dev/builders";
import { shapeErrors } from "./shape";

const errnos = (names: Record<string, number[]>) => Object.entries(names).map(([errno, count]) => ({ errno, count }));

it("orders lanes by count and drops silent ones", () => {
  const shape = shapeErrors(
    frameOf({ errnos: errnos({ ENOENT: [1, 0, 0, 0], EBUSY: [0, 5, 9, 0], EINVAL: [0, 0, 0, 0] }) }),
  );
  expect(shape.lanes.map((lane) => [lane.name, lane.total])).toEqual([
    ["EBUSY", 14],
    ["ENOENT", 1],
  ]);
  expect(shape.peak).toBe(9);
  expect(shape.sentence.replace(/\u00a0/g, " ")).toBe(
    "15 failed calls in this window: EBUSY 14, ENOENT 1. Most at 0.27 s.",
  );
});

it("loses no count when there are more errnos than lanes", () => {
  const names = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`E${i}`, [i + 1, 0, 2, 0]]));
  const shape = shapeErrors(frameOf({ errnos: errnos(names) }), 4);
  expect(shape.lanes.map((lane) => lane.name)).toEqual(["E7", "E6", "E5", "5 others"]);
  const total = Object.values(names)
    .flat()
    .reduce((a, b) => a + b, 0);
  expect(shape.lanes.reduce((all, lane) => all + lane.total, 0)).toBe(total);
});

it("puts everything into one lane where there is room for one only", () => {
  const frame = frameOf({ errnos: errnos({ ENOENT: [1, 0, 0, 0], EBUSY: [0, 5, 9, 0] }) });
  expect(shapeErrors(frame, 1).lanes).toEqual([{ name: "errors", count: [1, 5, 9, 0], total: 15 }]);
  expect(shapeErrors(frame, 1).sentence).toContain("EBUSY 14");
  const one = frameOf({ errnos: errnos({ EBUSY: [1, 0, 0, 0] }) });
  expect(shapeErrors(one, 1).lanes.map((lane) => lane.name)).toEqual(["errors"]);
});

it("says so when nothing failed", () => {
  expect(shapeErrors(frameOf({}))).toMatchObject({ lanes: [], sentence: "No call failed in this window." });
});
