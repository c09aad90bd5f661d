/**
 * The programs of the documentation, and what quick fixes make of them, before the kernel: it refuses the one and takes
 * the other. Nothing is traced here.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Analysis, analyze, type Grammars } from "../../server/src/analysis";
import { fixesFor } from "../../server/src/fixes";
import { changed } from "../../server/src/fixes/verify";
import { diagnosticCode } from "../../server/src/uffd/codes";
import { minimalProgram } from "../../server/src/uffd/programs";
import { grammars } from "../../server/src/workspace/grammarFiles";
import { koffiFolder, obstacle } from "./runner/kernel";

// Gives what the headers of an older machine lack.
const HEADER = fileURLToPath(new URL("../../examples/compactor/uffd.h", import.meta.url));
const MESSAGES: Readonly<Record<string, RegExp>> = {
  EBUSY: /Device or resource busy/,
  EEXIST: /File exists/,
  EINVAL: /Invalid argument/,
  ENOENT: /No such file/,
  EAGAIN: /Resource temporarily unavailable/,
  EFAULT: /Bad address/,
};
/** What ksmd does, and whether a thread that nobody wakes is seen to hang, is no matter of one run. */
const REFUSED = [
  "ebusy-fork",
  "ebusy-pinned",
  "ebusy-registered",
  "eexist-populated",
  "enoent-hole",
  "einval-alignment",
  "einval-mapping",
  "einval-foreign-mm",
  "einval-mode",
  "einval-number",
  "eagain-partial",
  "eagain-events",
  "efault-marker",
];
const CURED = ["ebusy-fork", "ebusy-pinned", "eexist-populated", "enoent-hole", "einval-number", "eagain-partial"];

const hasCompiler = spawnSync("gcc", ["--version"]).status === 0;
const isRoot = process.getuid?.() === 0;
let folder = "";
let parsers: Grammars;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "faultscope-fixes-"));
  parsers = await grammars();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compiles and runs a program; the headers of the machine may be older than UFFDIO_MOVE. */
function run(text: string): { status: number | null; said: string } {
  const source = join(folder, "a.c");
  const program = join(folder, "a");
  writeFileSync(source, text);
  const built = spawnSync(
    "gcc",
    ["-Wall", "-Werror", "-Wno-unused-variable", "-include", HEADER, "-o", program, source, "-lpthread"],
    {
      encoding: "utf8",
    },
  );
  expect(built.stderr).toBe("");
  const { status, stderr } = spawnSync(program, { encoding: "utf8", timeout: 10_000 });
  return { status, said: stderr };
}

describe.skipIf(!hasCompiler || !isRoot)("programs and fixes before the kernel", () => {
  test.each(REFUSED)("the program of %s is refused as its page says", (code) => {
    const { status, said } = run(minimalProgram(code) ?? "");
    expect(said).toMatch(MESSAGES[diagnosticCode(code)?.errno ?? ""] ?? /^$/);
    expect(status).toBe(1);
  });

  test.each(CURED)("every fix of %s makes a program that the kernel does not refuse", (code) => {
    const text = minimalProgram(code) ?? "";
    const reanalyse = (file: string, changedText: string): Analysis => analyze(new Map([[file, changedText]]), parsers);
    const before = reanalyse("/w/a.c", text);
    const fixes = fixesFor("/w/a.c", text, before.diagnostics, before, { grammars: parsers, reanalyse });
    const cures = fixes.filter((f) => f.kind !== "suppress");
    expect(cures.length).toBeGreaterThan(0);
    for (const fix of cures) {
      // Going on after a part shows what is in the way: the kernel's next answer, and no longer EAGAIN.
      const expected = fix.kind === "resume" ? /File exists/ : /^$/;
      const { said, status } = run(changed(text, fix.changes));
      expect(said, fix.title).toMatch(expected);
      expect(status, fix.title).toBe(fix.kind === "resume" ? 1 : 0);
    }
  });
});

/** Programs of scripts, by the kind of fix that cures them. */
const SCRIPT = `import koffi from "koffi";
import { spawnSync } from "node:child_process";
const lib = koffi.load("libc.so.6");
const ioctl = lib.func("int ioctl(int, unsigned long, void *)");
const mmap = lib.func("void *mmap(void *, size_t, int, int, int, long)");
const memset = lib.func("void *memset(void *, int, size_t)");
const syscall = lib.func("long syscall(long, long)");
const PAGE = 4096;
const map = (pages: number): bigint => koffi.address(mmap(null, pages * PAGE, 3, 0x22, -1, 0));
const words = (...w: (bigint | number)[]): Buffer => {
  const b = Buffer.alloc(8 * w.length);
  w.forEach((x, i) => b.writeBigUInt64LE(BigInt(x), 8 * i));
  return b;
};
const fd: number = Number(syscall(323, 0o2000000));
ioctl(fd, 0xc018aa3fn, words(0xaa, 0, 0));
const s = map(4), d = map(4);
ioctl(fd, 0xc020aa00n, words(d, 4 * PAGE, 1, 0));
`;
const MOVE = "process.exitCode = -ioctl(fd, 0xc028aa05n, words(d, s, PAGE, 0, 0));\n";
const SCRIPTS: readonly (readonly [code: string, kinds: readonly string[], body: string])[] = [
  ["ebusy-fork", ["dontfork", "copy"], `memset(s, 1, PAGE);\nspawnSync("true");\n${MOVE}`],
  ["enoent-hole", ["holes"], MOVE],
  ["einval-number", ["number"], `memset(s, 1, PAGE);\n${MOVE.replace("0xc028aa05n", "0xc020aa05n")}`],
  [
    "eexist-populated",
    ["present"],
    "ioctl(fd, 0xc028aa03n, words(d, s, PAGE, 0, 0));\nprocess.exitCode = -ioctl(fd, 0xc028aa03n, words(d, s, 4 * PAGE, 0, 0));\n",
  ],
];
const noScripts = obstacle("ts");

describe.skipIf(noScripts !== undefined)(
  `scripts and fixes before the kernel${noScripts ? ` (${noScripts})` : ""}`,
  () => {
    function run(text: string): number | null {
      const program = join(koffiFolder(), "fixed.mjs");
      writeFileSync(program, transformSync(text, { loader: "ts" }).code);
      try {
        return spawnSync(process.execPath, [program], { timeout: 10_000 }).status;
      } finally {
        rmSync(program);
      }
    }

    test.each(SCRIPTS)("%s is refused, and taken after %j", (code, kinds, body) => {
      const text = SCRIPT + body;
      const reanalyse = (file: string, changedText: string): Analysis =>
        analyze(new Map([[file, changedText]]), parsers);
      const before = reanalyse("/w/a.ts", text);
      expect(before.diagnostics.map((d) => d.code)).toEqual([code]);
      expect(run(text)).toBe(1);
      const fixes = fixesFor("/w/a.ts", text, before.diagnostics, before, { grammars: parsers, reanalyse });
      expect(fixes.map((f) => f.kind)).toEqual([...kinds, "suppress"]);
      for (const fix of fixes.filter((f) => f.kind !== "suppress")) {
        expect(run(changed(text, fix.changes)), fix.title).toBe(0);
      }
    });
  },
);
