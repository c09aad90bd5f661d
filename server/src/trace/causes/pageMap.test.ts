import fc from "fast-check";
import { expect, it } from "vitest";
import { PageMap } from "./pageMap";

const PAGES = 40_000;

it("knows the latest of each page, however wide the ranges", () => {
  const write = fc.record({ start: fc.nat(PAGES - 1), length: fc.oneof(fc.constant(1), fc.nat(600), fc.nat(PAGES)) });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), fc.array(fc.nat(PAGES), { maxLength: 40 }), (writes, asked) => {
      const map = new PageMap();
      const plain = new Float64Array(PAGES + 1);
      for (const [index, { start, length }] of writes.entries()) {
        const end = Math.min(PAGES, start + length);
        map.set(start, end, index + 1);
        if (end > start) plain.fill(index + 1, start, end);
      }
      const child = map.fork(1000);
      const edges = writes.flatMap(({ start, length }) => [start, start + length - 1, start + length]);
      for (const page of [...asked, ...edges].filter((one) => one >= 0 && one <= PAGES)) {
        expect([page, map.get(page)]).toEqual([page, plain[page]]);
        expect(child.get(page)).toBe(plain[page]);
      }
    }),
  );
});

it("stays small when a terabyte is dropped, and says when it forgets", () => {
  const map = new PageMap();
  map.set(5, 6, 1);
  map.set(0, 2 ** 28, 2);
  expect([map.get(5), map.get(2 ** 28 - 1), map.get(2 ** 28), map.forgot]).toEqual([2, 2, 0, false]);
  for (let chunk = 0; chunk < 17_000; chunk++) map.set(chunk * 512, chunk * 512 + 1, 3 + chunk);
  expect([map.forgot, map.get(16_999 * 512)]).toEqual([true, 3 + 16_999]);
});
