import { expect, test } from "vitest";
import { grammars } from "../workspace/grammarFiles";
import { analyze } from ".";
import { PRELUDE } from "./testing/expectations";

/** A program whose MOVE fails after a fork; `above` and `beside` stand around the call. */
const program = (above: string, beside = ""): string => `${PRELUDE}
int main(void) {
  start();
  char *s = map(1), *d = map(1);
  watch(d, 1);
  s[0] = 1;
  child();
  struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
${above}
  return ioctl(fd, UFFDIO_MOVE, &m);${beside}
}
`;
async function check(text: string) {
  const { diagnostics, suppressed } = analyze(new Map([["/w/a.c", text]]), await grammars());
  return { codes: diagnostics.map((d) => d.code), taken: suppressed.map((s) => [s.diagnostic.code, s.reason]) };
}

test("without a comment the finding stands", async () => {
  expect(await check(program(""))).toEqual({ codes: ["ebusy-fork"], taken: [] });
});

test.each([
  ["above", program("  // faultscope-ignore ebusy-fork: the child is gone")],
  [
    "above, with more comments between",
    program("  // faultscope-ignore ebusy-fork: the child is gone\n\n  /* call */"),
  ],
  ["above, as a block", program("  /* faultscope-ignore ebusy-fork: the child is gone */")],
  ["above, within a longer block", program("  /*\n   * faultscope-ignore ebusy-fork: the child is gone\n   */")],
  [
    "above, before a line that begins with a star",
    program("  int n = 0, *p = &n;\n  *p = 1;")
      .replace("  *p = 1;\n  return ", "  // faultscope-ignore ebusy-fork: the child is gone\n  *p = ")
      .replace("&m);", "&m);\n  return n;"),
  ],
  ["at the end of the line", program("", " // faultscope-ignore ebusy-fork: the child is gone")],
  ["with several codes", program("  // faultscope-ignore ebusy-ksm, ebusy-fork: the child is gone")],
])("a comment %s takes it back, with its reason", async (_, text) => {
  expect(await check(text)).toEqual({ codes: [], taken: [["ebusy-fork", "the child is gone"]] });
});

test.each(["", ":", ": ", ": <say why>"])(
  "a comment that ends with '%s' gives no reason, which is a hint",
  async (end) => {
    expect(await check(program(`  // faultscope-ignore ebusy-fork${end}`))).toEqual({
      codes: ["ignore-without-reason"],
      taken: [["ebusy-fork", undefined]],
    });
  },
);

test("a comment for another code takes nothing back and is a hint itself", async () => {
  const text = program("  // faultscope-ignore enoent-hole: it is filled");
  expect(await check(text)).toEqual({ codes: ["ignore-unused", "ebusy-fork"], taken: [] });
  expect((await check(program("  // faultscope-ignore"))).codes).toEqual(["ignore-unused", "ebusy-fork"]);
  expect((await check(program("  // faultscope-ignore ebusy: no such code"))).codes).toContain("ignore-unused");
});

test("words in a string are no comment", async () => {
  const text = program('  puts("faultscope-ignore ebusy-fork: no comment");');
  expect(await check(text)).toEqual({ codes: ["ebusy-fork"], taken: [] });
});

test("a comment behind a call that fails is not called idle: it was not reached", async () => {
  const text = program(
    "  if (ioctl(fd, UFFDIO_MOVE, &m)) return 1;\n  // faultscope-ignore ebusy-fork: the child is gone",
  );
  expect((await check(text)).codes).toEqual(["ebusy-fork"]);
});
