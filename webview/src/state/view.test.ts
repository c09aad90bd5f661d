import { expect, it } from "vitest";
import { INITIAL_VIEW, restoreView, shownOp, toggleTwin } from "./view";

it("restores what it wrote and ignores what it cannot read", () => {
  const view = { op: "MOVE", twins: ["latency"] };
  expect(restoreView(JSON.parse(JSON.stringify(view)))).toEqual(view);
  for (const bad of [null, undefined, 3, "x", { op: 7, twins: "latency" }, { twins: null }]) {
    expect(restoreView(bad)).toEqual(INITIAL_VIEW);
  }
  expect(restoreView({ op: "COPY", twins: [1, "errors"] })).toEqual({ op: "COPY", twins: ["errors"] });
});

it("switches a table on and off", () => {
  const on = toggleTwin(INITIAL_VIEW, "errors");
  expect(on.twins).toEqual(["errors"]);
  expect(toggleTwin(on, "errors").twins).toEqual([]);
});

it("falls back to the busiest op", () => {
  expect(shownOp(undefined, ["MOVE", "COPY"])).toBe("MOVE");
  expect(shownOp("COPY", ["MOVE", "COPY"])).toBe("COPY");
  expect(shownOp("WAKE", ["MOVE", "COPY"])).toBe("MOVE");
  expect(shownOp("WAKE", [])).toBeUndefined();
});
