import { lowerC } from "./frontends/c/unit";
import type { Grammars } from "./frontends/grammar";
import { type Budget, DEFAULT_BUDGET, type Entry, explore } from "./interpreter/explore";
import type { Unit } from "./ir/ir";
import { LinkedProgram, resolvePath } from "./program";
import { Report } from "./report";
import type { Analysis, Problem } from "./types";

export { GRAMMAR_FILES, type GrammarBytes, type Grammars, loadGrammars } from "./frontends/grammar";
export type { Analysis, Diagnostic, Position, Problem, Range, Related } from "./types";

export interface AnalysisOptions {
  /** Put before documentation paths to make links. */
  readonly docs?: string;
  readonly budget?: Budget;
}

const SIGN = /userfaultfd|UFFDIO_|uffdio_|UFFD_|0xc0(?:28|20|18)aa/i;
const C_SOURCE = /\.(?:c|cc|cpp|cxx|c\+\+)$/i;

/** True when a text may have to do with userfaultfd; all others cost nothing. */
export const concerns = (text: string): boolean => SIGN.test(text);

/**
 * Findings of a workspace: every file by path. A pure function of the texts: nothing is read, the same texts give the
 * same answer, and input that makes no sense gives problems, never an exception.
 */
export function analyze(
  files: ReadonlyMap<string, string>,
  grammars: Grammars,
  options: AnalysisOptions = {},
): Analysis {
  const problems: Problem[] = [];
  const units = new Map<string, Unit & { dispose(): void }>();
  const report = new Report();
  for (const [file, text] of files) {
    if (!C_SOURCE.test(file) || !concerns(text)) continue;
    guard(file, problems, () =>
      units.set(file, lowerC(file, text, { open: (name, from) => header(files, name, from) }, grammars)),
    );
  }
  const program = new LinkedProgram(units);
  for (const unit of units.values())
    guard(unit.file, problems, () => analyzeUnit(unit, program, options.budget ?? DEFAULT_BUDGET, report, problems));
  const diagnostics = report.diagnostics((f) => files.get(f), options.docs ?? "");
  for (const unit of units.values()) unit.dispose();
  return { diagnostics, problems };
}

function analyzeUnit(unit: Unit, program: LinkedProgram, budget: Budget, report: Report, problems: Problem[]): void {
  const reached = new Set<string>();
  const run = (entry: Entry): void =>
    explore(program, entry, budget, (path, seen) => {
      report.add(path.records);
      for (const r of seen) reached.add(r);
      if (path.error) problems.push(problemOf(unit.file, path.error));
    });
  const main = unit.functionNamed("main");
  if (main) run({ fn: main, kind: "main" });
  for (const name of unit.functionNames) {
    const fn = unit.functionNamed(name);
    if (fn && !reached.has(`${fn.file}:${fn.name}`)) run({ fn, kind: "library" });
  }
}

/** A header of the workspace, named relative to the including file or by the end of its path. */
function header(
  files: ReadonlyMap<string, string>,
  name: string,
  from: string,
): { file: string; text: string } | undefined {
  const direct = resolvePath(from, name);
  const text = files.get(direct);
  if (text !== undefined) return { file: direct, text };
  const tail = `/${name.replace(/^(?:\.\.?\/)+/, "")}`;
  for (const [file, content] of files) if (file.endsWith(tail)) return { file, text: content };
  return undefined;
}

/** The one place where a defect of the analysis is caught, so that it costs one file and is told. */
function guard(file: string, problems: Problem[], work: () => void): void {
  try {
    work();
  } catch (e) {
    problems.push(problemOf(file, e));
  }
}

function problemOf(file: string, e: unknown): Problem {
  const what = e instanceof Error ? e.message : String(e);
  return { file, message: `The file could not be analysed completely: ${what}` };
}
