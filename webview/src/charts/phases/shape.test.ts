import { expect, it } from "vitest";
import { latencyOf, NO_FAULTS } from "../../../dev/builders";
import { shapePhases } from "./shape";

const phasesNs = {
  notify: latencyOf(6000),
  service: latencyOf(12_000),
  resolve: latencyOf(4000),
  resume: latencyOf(2000),
};

it("divides each row by phase; shares add up to the whole", () => {
  const { rows, sentence } = shapePhases({ ...NO_FAULTS, total: 9, latencyNs: latencyOf(24_000), phasesNs });
  expect(rows.map((row) => row.statistic)).toEqual(["mean", "p50", "p99"]);
  for (const row of rows) expect(row.segments.reduce((all, s) => all + s.share, 0)).toBeCloseTo(1);
  expect(rows[1]?.latencyNs).toBe(24_000);
  expect(sentence).toContain("most of their time in service");
});

it("leaves out phases that are not known, and says when none is", () => {
  const partly = shapePhases({ ...NO_FAULTS, total: 9, phasesNs: { ...phasesNs, resume: null } });
  expect(partly.rows[0]?.segments.map((s) => s.phase)).toEqual(["notify", "service", "resolve"]);
  expect(partly.rows[0]?.latencyNs).toBeUndefined();
  expect(shapePhases({ ...NO_FAULTS, total: 9 })).toMatchObject({ rows: [] });
  expect(shapePhases(NO_FAULTS).sentence).toBe("No fault was raised.");
});
