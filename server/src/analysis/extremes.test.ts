/** Input of a size or depth that nobody writes, and input that is no source: an answer, no exception, no hang. */
import { describe, expect, test } from "vitest";
import { grammars } from "../workspace/grammarFiles";
import { type Analysis, analyze } from ".";
import { PRELUDE } from "./testing/expectations";

async function answer(name: string, text: string): Promise<Analysis> {
  return analyze(new Map([[`/w/${name}`, text]]), await grammars());
}

const FAILING = `int last(void) {
  start();
  char *s = map(1), *d = map(1);
  watch(d, 1);
  struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG };
  return ioctl(fd, UFFDIO_MOVE, &m);
}
`;
const DEEP = 20_000;
const MEGABYTES_5 = 5 * 2 ** 20;

describe.each(["a.c", "a.cc"])("nesting in %s", (name) => {
  test.each([
    ["parentheses", `int f(void) { return ${"(".repeat(DEEP)}1${")".repeat(DEEP)}; }\n`],
    ["blocks", `void f(void) { ${"{".repeat(DEEP)}${"}".repeat(DEEP)} }\n`],
    ["conditions", `void f(int x) { ${"if (x) ".repeat(DEEP)}; }\n`],
    ["operators", `int f(int x) { return ${"x + ".repeat(DEEP)}x; }\n`],
    ["unary operators", `int f(int x) { return ${"!".repeat(DEEP)}x; }\n`],
    ["initializers", `int a[] = ${"{".repeat(DEEP)}1${"}".repeat(DEEP)};\n`],
    ["open braces only", "void f(void) {".repeat(DEEP)],
    ["preprocessor conditions", `${"#if 1\n".repeat(DEEP)}${"#endif\n".repeat(DEEP)}`],
    ["macros", `#define A0 1\n${range(2000, (i) => `#define A${i + 1} (A${i} + A${i})\n`)}int x = A2000;\n`],
  ])("of %s", async (_, text) => {
    const { problems } = await answer(name, PRELUDE + text + FAILING);
    expect(problems).toEqual([]);
  });
});

test.each([
  ["arrays", `const x = ${"[".repeat(DEEP)}${"]".repeat(DEEP)};`],
  ["calls", `f${"(f".repeat(DEEP)}${")".repeat(DEEP)};`],
  ["templates", `const x = ${"`${".repeat(DEEP)}1${"}`".repeat(DEEP)};`],
  ["arrows", `const f = ${"(a) => ".repeat(DEEP)}a;`],
])("deep %s of TypeScript", async (_, text) => {
  const { problems } = await answer("a.ts", `import koffi from 'koffi'; const ioctl = 1;\n${text}\n`);
  expect(problems).toEqual([]);
});

test("what stands behind 5 MB of other functions is still analysed", async () => {
  const one = (i: number): string => `static int f${i}(int a) { int b = a * ${i}; return b > 3 ? b : a; }\n`;
  let filler = "";
  for (let i = 0; filler.length < MEGABYTES_5; i++) filler += one(i);
  const { diagnostics, problems } = await answer("a.c", PRELUDE + filler + FAILING);
  expect(problems).toEqual([]);
  expect(diagnostics.map((d) => d.code)).toContain("enoent-hole");
}, 60_000);

test("5 MB on one line, and 5 MB of data", async () => {
  const numbers = `static const unsigned char data[] = {${"0x7f,".repeat(MEGABYTES_5 / 5)}0};\n`;
  for (const text of [`int x = ${"1+".repeat(MEGABYTES_5 / 2)}1;\n`, numbers]) {
    const { problems } = await answer("a.c", PRELUDE + text + FAILING);
    expect(problems).toEqual([]);
  }
}, 60_000);

test.each(["a.c", "a.cc", "a.h", "a.ts", "a.tsx", "a.js"])("bytes that are no text, as %s", async (name) => {
  let seed = 1;
  const noise = Array.from({ length: 200_000 }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return String.fromCharCode(seed % 256);
  }).join("");
  for (const text of [
    noise,
    `#include <linux/userfaultfd.h>\nioctl koffi ${noise}`,
    "\0".repeat(4096),
    "\ufffd".repeat(9999),
    "",
  ]) {
    const { diagnostics, problems } = await answer(name, text);
    expect(diagnostics).toEqual([]);
    expect(problems).toEqual([]);
  }
});

function range(n: number, each: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => each(i)).join("");
}
