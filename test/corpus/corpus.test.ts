/**
 * The analysis against programs whose verdicts the kernel gave. The corpus is no part of the repository: its folder is
 * taken from FAULTSCOPE_CORPUS, or from `../shared/corpus` beside the checkout; without it these tests are skipped.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { analyze, type Diagnostic } from "../../server/src/analysis";
import { grammars } from "../../server/src/workspace/grammarFiles";

const corpus = process.env.FAULTSCOPE_CORPUS ?? fileURLToPath(new URL("../../../shared/corpus", import.meta.url));
const scorer = join(corpus, "tools", "score");
const absent = existsSync(scorer) ? undefined : `no corpus at ${corpus}; set FAULTSCOPE_CORPUS to its folder`;

interface Figures {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly expected: number;
}

async function findings(folder: string): Promise<Diagnostic[]> {
  const parsers = await grammars();
  const out: Diagnostic[] = [];
  for (const name of readdirSync(folder).filter((n) => /\.(?:c|ts)$/.test(n))) {
    const file = join(folder, name);
    const { diagnostics, problems } = analyze(new Map([[file, readFileSync(file, "utf8")]]), parsers);
    expect(problems).toEqual([]);
    out.push(...diagnostics);
  }
  return out;
}

function score(folder: string, diagnostics: readonly Diagnostic[]): Readonly<Record<string, Figures>> {
  const temporary = mkdtempSync(join(tmpdir(), "faultscope-corpus-"));
  try {
    const file = join(temporary, "diagnostics.json");
    const entries = diagnostics.map((d) => ({
      file: d.file,
      line: d.range.start.line + 1,
      code: d.code,
      severity: d.severity,
    }));
    writeFileSync(file, JSON.stringify(entries));
    const made = spawnSync(scorer, ["--json", "--max-severity", "3", folder, file], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`The scorer failed: ${made.stderr || made.error?.message}`);
    return JSON.parse(made.stdout).classes;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

describe.skipIf(absent !== undefined)(
  `programs with the kernel's verdicts${absent ? ` (skipped: ${absent})` : ""}`,
  () => {
    for (const language of ["c", "ts"]) {
      test(`${language}: precision at least 0.98, recall at least 0.95, each class at least 0.9`, {
        timeout: 60_000,
      }, async () => {
        const folder = join(corpus, language);
        const classes = score(folder, await findings(folder));
        expect(classes.all?.precision).toBeGreaterThanOrEqual(0.98);
        expect(classes.all?.recall).toBeGreaterThanOrEqual(0.95);
        for (const [name, figures] of Object.entries(classes)) {
          if (figures.expected > 0) expect(figures.recall, name).toBeGreaterThanOrEqual(0.9);
        }
      });
    }
  },
);
