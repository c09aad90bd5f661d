import fc from "fast-check";
import { expect, it } from "vitest";
import { rowOrder } from "./order";

it("sorts while nobody points at the table", () => {
  expect(rowOrder(["a", "b"], ["b", "a", "c"], false)).toEqual(["b", "a", "c"]);
});

it("keeps the rows in place while somebody does", () => {
  expect(rowOrder(["a", "b", "x"], ["b", "c", "a"], true)).toEqual(["a", "b", "c"]);
});

it("always shows exactly the wanted rows, each once", () => {
  const keys = fc.uniqueArray(fc.string());
  fc.assert(
    fc.property(keys, keys, fc.boolean(), (present, sorted, held) => {
      expect([...rowOrder(present, sorted, held)].sort()).toEqual([...sorted].sort());
    }),
  );
});
