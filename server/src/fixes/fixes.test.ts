/** Every fix for the programs of the documentation: it parses, and the finding is gone. */
import { beforeAll, describe, expect, test } from "vitest";
import { type Analysis, analyze, type Grammars } from "../analysis";
import { CODES } from "../uffd/codes";
import { minimalProgram } from "../uffd/programs";
import { grammars } from "../workspace/grammarFiles";
import { type Fix, fixAll, fixesFor } from ".";
import { changed } from "./verify";

let parsers: Grammars;
beforeAll(async () => {
  parsers = await grammars();
});
const codesOf = ({ diagnostics }: Analysis): string[] => diagnostics.map((d) => d.code);
const reanalyse = (file: string, text: string): Analysis => analyze(new Map([[file, text]]), parsers);

function fixed(text: string, file = "/w/a.c"): { kinds: string[]; of(kind: string): string; fixes: Fix[] } {
  const before = reanalyse(file, text);
  const fixes = fixesFor(file, text, before.diagnostics, before, { grammars: parsers, reanalyse });
  const of = (kind: string): string => {
    const fix = fixes.find((f) => f.kind === kind);
    expect(fix, kind).toBeDefined();
    return changed(text, fix?.changes ?? []);
  };
  return { kinds: fixes.map((f) => f.kind), of, fixes };
}

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "ebusy-fork": ["dontfork", "repopulate", "copy", "suppress"],
  "ebusy-ksm": ["copy", "suppress"],
  "ebusy-pinned": ["copy", "suppress"],
  "eexist-populated": ["present", "suppress"],
  "eexist-not-woken": ["wake", "suppress"],
  "enoent-hole": ["holes", "suppress"],
  "einval-number": ["number", "suppress"],
  "eagain-partial": ["resume", "present", "suppress"],
  "never-woken": ["wake", "suppress"],
  "ignore-without-reason": [],
  "ignore-unused": [],
};

describe("the programs of the documentation", () => {
  test.each(CODES.map((c) => c.code))("%s is cured by what belongs to it", (code) => {
    const text = minimalProgram(code) ?? "";
    const { kinds, fixes } = fixed(text);
    expect(kinds).toEqual(EXPECTED[code] ?? ["suppress"]);
    for (const fix of fixes) {
      const after = changed(text, fix.changes);
      expect(parsers.parse("c", after).rootNode.hasError, fix.kind).toBe(false);
      expect(codesOf(reanalyse("/w/a.c", after)), fix.kind).not.toContain(code);
    }
  });
});

describe("C as people write it", () => {
  test("a call in a function of its own is put right there, and the title says so", () => {
    const hole = minimalProgram("enoent-hole") ?? "";
    const wrapper =
      "static int move(char *to, char *from)\n{\n\tstruct uffdio_move move = { (unsigned long)to, (unsigned long)from, PAGE, 0, 0 };\n\treturn ioctl(uffd, UFFDIO_MOVE, &move);\n}\n\n";
    const body =
      "\tmemset(src, 1, PAGE);\n\tif (move(dst, src))\n\t\treturn 1;\n\treturn move(dst + PAGE, src + PAGE);\n}\n";
    const text = hole
      .replace("int main", `${wrapper}int main`)
      .replace(/\tstruct uffdio_move move = .*\n\treturn report[\s\S]*$/, "")
      .replace(/\twatch\(dst, 4\);\n[\s\S]*$/, `\twatch(dst, 4);\n${body}`);
    const { fixes, of } = fixed(text);
    expect(of("holes")).toContain("PAGE, UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES, 0 }");
    expect(fixes[0]?.title).toMatch(/\(in move, for all its callers\)$/);
  });

  const { frame, main } = split(minimalProgram("ebusy-fork") ?? "");

  test.each([
    [
      "a mapping that is checked",
      "char *src = mmap(NULL, 4 * PAGE, 3, 0x22, -1, 0);\n\tif (src == MAP_FAILED)\n\t\treturn 1;",
    ],
    [
      "a mapping made in a condition",
      "char *src;\n\tif ((src = mmap(NULL, 4 * PAGE, 3, 0x22, -1, 0)) == MAP_FAILED)\n\t\treturn 1;",
    ],
    [
      "a member of a struct",
      "struct { char *at; } heap;\n\theap.at = mmap(NULL, 4 * PAGE, 3, 0x22, -1, 0);\n\tchar *src = heap.at;",
    ],
  ])("MADV_DONTFORK goes behind %s", (_, mapping) => {
    const text = frame + main.replace("char *src = map(4);", mapping);
    const after = fixed(text).of("dontfork");
    expect(after).toMatch(/madvise\((?:src|heap\.at), 4 \* PAGE, MADV_DONTFORK\);/);
    expect(after.indexOf("madvise")).toBeGreaterThan(after.indexOf("mmap(NULL, 4"));
    if (mapping.includes("MAP_FAILED")) expect(after).toMatch(/return 1;\n\t\/\*.*\*\/\n\tmadvise/);
  });

  test("a call in a condition, a variable that is assigned to, and a struct that is a temporary", () => {
    const hole = split(minimalProgram("enoent-hole") ?? "");
    const fill = "struct uffdio_move move = { (unsigned long)dst, (unsigned long)src, PAGE, 0, 0 };";
    const assigned = hole.main
      .replace(
        fill,
        "struct uffdio_move move;\n\tmove.dst = (unsigned long)dst;\n\tmove.src = (unsigned long)src;\n\tmove.len = PAGE;\n\tmove.mode = 0;",
      )
      .replace("return report", "if (report")
      .replace("&move));", "&move)))\n\t\treturn 1;");
    expect(fixed(hole.frame + assigned).of("holes")).toContain("move.mode = UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES;");
    const named = hole.main.replace(
      fill,
      "struct uffdio_move move = { .dst = (unsigned long)dst, .src = (unsigned long)src, .len = PAGE };",
    );
    expect(fixed(hole.frame + named).of("holes")).toContain(".len = PAGE, .mode = UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES }");
    const temporary = hole.main
      .replace(fill, "")
      .replace("&move", `&(struct uffdio_move)${fill.slice(fill.indexOf("{"), -1)}`);
    expect(fixed(hole.frame + temporary).of("holes")).toContain("PAGE, UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES, 0 }");
  });

  test("a wrong number is put right where it is defined", () => {
    const text = (minimalProgram("einval-number") ?? "")
      .replace("#define PAGE", "#define MOVE_IT 0xc020aa05\n#define PAGE")
      .replace("uffd, 0xc020aa05", "uffd, MOVE_IT");
    expect(fixed(text).of("number")).toContain("#define MOVE_IT UFFDIO_MOVE\n");
  });

  test("EEXIST in a switch is answered with a wake in its case, and in a branch of its own there", () => {
    const program = minimalProgram("eexist-not-woken") ?? "";
    const check = "if (ioctl(uffd, UFFDIO_COPY, &copy) && errno != EEXIST)\n\t\t\tabort();";
    expect(program).toContain(check);
    const cases =
      "if (ioctl(uffd, UFFDIO_COPY, &copy))\n\t\t\tswitch (errno) {\n\t\t\tcase EEXIST:\n\t\t\t\tbreak;\n\t\t\tdefault:\n\t\t\t\tabort();\n\t\t\t}";
    expect(fixed(program.replace(check, cases)).of("wake")).toMatch(
      /case EEXIST:\n\t+\/\*.*\*\/\n\t+\{ struct uffdio_range waiting.*\n\t+break;/,
    );
    const branch =
      "if (ioctl(uffd, UFFDIO_COPY, &copy)) {\n\t\t\tif (errno == EEXIST)\n\t\t\t\tcontinue;\n\t\t\tabort();\n\t\t}";
    expect(fixed(program.replace(check, branch)).of("wake")).toMatch(
      /== EEXIST\) \{\n.*\n\t+\{ struct uffdio_range waiting.*\n\t+continue;\n\t+\}/,
    );
  });

  test("what is missing for a helper is included, and a helper that is there is used again", () => {
    const once = fixed(minimalProgram("ebusy-fork") ?? "").of("copy");
    expect(once).toMatch(/#include <unistd.h>\n#include <errno.h>/);
    const twice = once
      .replace("return report(", "report(")
      .replace(
        /&move\)\);\n\}/,
        '&move));\n\tmove.dst += PAGE;\n\tmemset(src, 1, PAGE);\n\tif (fork() == 0)\n\t\t_exit(0);\n\treturn report("UFFDIO_MOVE", ioctl(uffd, UFFDIO_MOVE, &move));\n}',
      );
    const after = fixed(twice).of("copy");
    expect(after.match(/static int uffd_move_or_copy/g)).toHaveLength(1);
    expect(after.match(/uffd_move_or_copy\(uffd, &move\)/g)).toHaveLength(2);
  });

  test("C++ gets C++", () => {
    const { of } = fixed(minimalProgram("ebusy-fork") ?? "", "/w/a.cpp");
    expect(of("suppress")).toContain("// faultscope-ignore ebusy-fork: <say why>");
    expect(of("dontfork")).toMatch(/\/\/ UFFDIO_MOVE refuses.*\n\tmadvise\(src, 4 \* PAGE, MADV_DONTFORK\);/);
  });
});

describe("scripts", () => {
  const PRELUDE = `import koffi from "koffi";
import { spawnSync } from "node:child_process";
const lib = koffi.load("libc.so.6");
const ioctl = lib.func("int ioctl(int, unsigned long, void *)");
const mmap = lib.func("void *mmap(void *, size_t, int, int, int, long)");
const memset = lib.func("void *memset(void *, int, size_t)");
const syscall = lib.func("long syscall(long, long)");
const PAGE = 4096;
const map = (pages: number): bigint => mmap(null, pages * PAGE, 3, 0x22, -1, 0);
const words = (...w: (bigint | number)[]): Buffer => {
  const b = Buffer.alloc(8 * w.length);
  w.forEach((x, i) => b.writeBigUInt64LE(BigInt(x), 8 * i));
  return b;
};
const packed = (r: { dst: bigint; src: bigint; len: number; mode: bigint }): Buffer =>
  words(r.dst, r.src, r.len, r.mode, 0);
const fd: number = syscall(323, 0o2000000);
ioctl(fd, 0xc018aa3fn, words(0xaa, 0, 0));
const s = map(4), d = map(4);
ioctl(fd, 0xc020aa00n, words(d, 4 * PAGE, 1, 0));
`;

  test("a fork: keep the source out of children, or copy", () => {
    const text = `${PRELUDE}memset(s, 1, 4 * PAGE);\nspawnSync("true");\nconsole.log(ioctl(fd, 0xc028aa05n, words(d, s, PAGE, 0, 0)));\n`;
    const { kinds, of } = fixed(text, "/w/a.ts");
    expect(kinds).toEqual(["dontfork", "copy", "suppress"]);
    expect(of("dontfork")).toContain('const madvise = lib.func("int madvise(void *, size_t, int)");');
    expect(of("dontfork")).toContain("madvise(s, 4 * PAGE, 10 /* MADV_DONTFORK */);");
    expect(of("copy")).toContain("console.log(moveOrCopy(fd, words(d, s, PAGE, 0, 0)));");
    expect(of("suppress")).toContain("// faultscope-ignore ebusy-fork: <say why>\nconsole.log(");
  });

  test.each([
    ["words", "words(d, s, PAGE, 0, 0)", "words(d, s, PAGE, 2 /* UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES */, 0)"],
    [
      "an object",
      "packed({ dst: d, src: s, len: PAGE, mode: 0n })",
      "mode: 2n /* UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES */ }",
    ],
    [
      "a typed array",
      "new BigUint64Array([d, s, 4096n, 0n, 0n])",
      "[d, s, 4096n, 2n /* UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES */, 0n]",
    ],
  ])("holes are allowed in %s", (_, argument, expected) => {
    const text = `${PRELUDE}console.log(ioctl(fd, 0xc028aa05n, ${argument}));\n`;
    expect(fixed(text, "/w/a.ts").of("holes")).toContain(expected);
  });

  test("holes are allowed where a Buffer's words are written one by one", () => {
    const fill =
      "const b = Buffer.alloc(40);\nb.writeBigUInt64LE(d, 0);\nb.writeBigUInt64LE(s, 8);\nb.writeBigUInt64LE(4096n, 16);\nb.writeBigUInt64LE(0n, 24);\n";
    const text = `${PRELUDE}${fill}console.log(ioctl(fd, 0xc028aa05n, b));\n`;
    expect(fixed(text, "/w/a.ts").of("holes")).toContain(
      "b.writeBigUInt64LE(2n /* UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES */, 24);",
    );
  });

  test("pages that are there already are skipped, and a range that is cut short is gone on with", () => {
    const copy = (arg: string): string => `console.log(ioctl(fd, 0xc028aa03n, words(${arg}, 0, 0)));\n`;
    const twice = `${PRELUDE}${copy("d, s, PAGE")}${copy("d, s, PAGE")}`;
    expect(fixed(twice, "/w/a.ts").of("present")).toContain("console.log(copyMissing(fd, words(d, s, PAGE, 0, 0)));");
    const cut = `${PRELUDE}${copy("d + BigInt(PAGE), s, PAGE")}${copy("d, s, 4 * PAGE")}`;
    expect(codesOf(reanalyse("/w/a.ts", cut))).toEqual(["eagain-partial"]);
    expect(fixed(cut, "/w/a.ts").of("present")).toContain("copyMissing(fd, words(d, s, 4 * PAGE, 0, 0))");
  });

  test("a wrong number is put right where it has its name", () => {
    const text = `${PRELUDE}const UFFDIO_MOVE = 0xc020aa05n;\nmemset(s, 1, PAGE);\nconsole.log(ioctl(fd, UFFDIO_MOVE, words(d, s, PAGE, 0, 0)));\n`;
    expect(fixed(text, "/w/a.ts").of("number")).toContain("const UFFDIO_MOVE = 0xc028aa05n;");
  });
});

test("fix-all does what is safe and leaves the rest", () => {
  const number = minimalProgram("einval-number") ?? "";
  const host = { grammars: parsers, reanalyse };
  expect(codesOf(reanalyse("/w/a.c", fixAll("/w/a.c", number, host)))).toEqual([]);
  const woken = fixAll("/w/a.c", minimalProgram("eexist-not-woken") ?? "", host);
  expect(codesOf(reanalyse("/w/a.c", woken))).toEqual([]);
  const fork = minimalProgram("ebusy-fork") ?? "";
  expect(fixAll("/w/a.c", fork, host)).toBe(fork);
});

/** A program at its `main`. */
function split(text: string): { frame: string; main: string } {
  const at = text.indexOf("int main");
  return { frame: text.slice(0, at), main: text.slice(at) };
}
