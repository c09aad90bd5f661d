import { expect, it } from "vitest";
import { createPace } from "./pace";

it("lets a table change once a second while recording", () => {
  const pace = createPace();
  const due = [0, 0.1e9, 0.9e9, 1e9, 1.5e9, 2e9].map((nowNs) => pace.due("MOVE", nowNs, true));
  expect(due).toEqual([true, false, false, true, false, true]);
});

it("changes at once for another op, when it is shown again, for another recording, and when recording is over", () => {
  const pace = createPace();
  pace.due("MOVE", 5e9, true);
  expect(pace.due("COPY", 5e9, true)).toBe(true);
  pace.forget();
  expect(pace.due("COPY", 5e9, true)).toBe(true);
  expect(pace.due("COPY", 1e9, true)).toBe(true);
  expect(pace.due("COPY", 1e9, false)).toBe(true);
});
