import fc from "fast-check";
import { expect, it } from "vitest";
import { RangeMap } from "./rangeMap";

const END = 60;

it("holds what an array would, sorted and disjoint", () => {
  const step = fc.record({
    what: fc.constantFrom("set", "delete", "update"),
    start: fc.nat(END - 1),
    length: fc.nat(20),
    value: fc.nat(99),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const map = new RangeMap<number>();
      const plain: (number | undefined)[] = new Array(END + 20).fill(undefined);
      for (const { what, start, length, value } of steps) {
        const end = start + length;
        if (what === "set") map.set(start, end, value);
        else if (what === "delete") map.delete(start, end);
        else map.update(start, end, (old) => old + value);
        for (let page = start; page < end; page++) {
          const old = plain[page];
          plain[page] = what === "set" ? value : what === "delete" || old === undefined ? undefined : old + value;
        }
      }
      expect(plain.map((_, page) => map.at(page)?.value)).toEqual(plain);
      const all = map.all();
      for (const [index, { start, end }] of all.entries()) {
        expect(start).toBeLessThan(end);
        expect(start).toBeGreaterThanOrEqual(all[index - 1]?.end ?? 0);
      }
      const touching = map.in(10, 30).map(({ start, end }) => [start, end]);
      expect(touching).toEqual(
        all.filter(({ start, end }) => start < 30 && end > 10).map(({ start, end }) => [start, end]),
      );
    }),
  );
});
