/** An analyser that has seen earlier texts of a file gives the same answer as one that sees the last text only. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { grammars } from "../workspace/grammarFiles";
import { Analyzer, analyze } from ".";
import { PRELUDE } from "./testing/expectations";

const HEADER = `struct pair { char *to, *from; };\nstatic int twice(int n) { return n * 2; }\n`;
const SOURCE = `#include "pair.h"
${PRELUDE}
enum { COUNT = 4 };
static int hand(struct pair p, int n) {
  struct uffdio_move m = { .dst = (unsigned long)p.to, .src = (unsigned long)p.from, .len = n * PG };
  return ioctl(fd, UFFDIO_MOVE, &m);
}
static void fill(char *p, int n) { for (int i = 0; i < n; i++) p[i * PG] = 1; }
int main(void) {
  start();
  struct pair p = { map(COUNT), map(COUNT) };
  watch(p.to, COUNT);
  fill(p.from, twice(1));
  child();
  return hand(p, COUNT);
}
`;
const TYPED = [
  "",
  " ",
  ";",
  "x",
  "{",
  "}",
  "(",
  "child();",
  "fill(p.from, COUNT);",
  "1",
  "*",
  "/*",
  "*/",
  "\n#define PG 8\n",
  "return 0;",
];

test("after any edits", { timeout: 120_000 }, async () => {
  const parsers = await grammars();
  const edit = fc.record({ at: fc.nat(SOURCE.length), remove: fc.nat(6), text: fc.constantFrom(...TYPED) });
  let reported = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
      const analyzer = new Analyzer(parsers);
      let text = SOURCE;
      const files = (): Map<string, string> =>
        new Map([
          ["/w/a.c", text],
          ["/w/pair.h", HEADER],
        ]);
      analyzer.analyze(files());
      for (const e of edits) {
        text = text.slice(0, e.at) + e.text + text.slice(e.at + e.remove);
        const incremental = analyzer.analyze(files());
        expect(incremental).toEqual(analyze(files(), parsers));
        reported += incremental.diagnostics.length;
      }
      analyzer.dispose();
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(reported).toBeGreaterThan(0);
});
