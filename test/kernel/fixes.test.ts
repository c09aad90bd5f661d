/**
 * The programs of the documentation, and what quick fixes make of them, before the kernel: it refuses the one and takes
 * the other. Nothing is traced here.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Analysis, analyze, type Grammars } from "../../server/src/analysis";
import { fixesFor } from "../../server/src/fixes";
import { changed } from "../../server/src/fixes/verify";
import { diagnosticCode } from "../../server/src/uffd/codes";
import { minimalProgram } from "../../server/src/uffd/programs";
import { grammars } from "../../server/src/workspace/grammarFiles";

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
