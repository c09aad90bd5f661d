import { type CSources, lowerC } from "./frontends/c/unit";
import type { Grammars } from "./frontends/grammar";
import { lowerScript } from "./frontends/ts/unit";
import { type Budget, DEFAULT_BUDGET, type Entry, explore, LIBRARY_BUDGET } from "./interpreter/explore";
import type { CallRecord } from "./interpreter/record";
import type { ParsedUnit } from "./ir/ir";
import { LinkedProgram, resolvePath } from "./program";
import { Report } from "./report";
import { type Glance, glanceAt } from "./sourceIndex";
import { applySuppressions } from "./suppressions";
import type { Analysis, CompileInputs, Problem } from "./types";

export interface AnalysisOptions {
  /** Put before documentation paths to make links. */
  readonly docs?: string;
  readonly budget?: Budget;
  /** How a C file is compiled, where that is known. */
  readonly compiled?: (file: string) => CompileInputs | undefined;
}

/** What following the paths from one entry gave, and what that answer rests on. */
interface Outcome {
  readonly paths: readonly (readonly CallRecord[])[];
  readonly problems: readonly Problem[];
  readonly unfinished: number;
  readonly reached: ReadonlySet<string>;
  /** Units whose code was asked for. */
  readonly used: ReadonlyMap<string, ParsedUnit>;
  /** Files that define each name asked for from elsewhere. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Analyses a workspace again and again: what did not change is not parsed, and what rests on nothing that changed is
 * not followed again. Its answers depend on nothing but the texts it is given.
 */
export class Analyzer {
  private readonly glances = new Map<string, Glance>();
  /** Files that seem to define each name. */
  private definers = new Map<string, string[]>();
  private readonly units = new Map<string, ParsedUnit>();
  private readonly outcomes = new Map<string, Outcome>();

  constructor(
    private readonly grammars: Grammars,
    private readonly options: AnalysisOptions = {},
  ) {}

  /**
   * Findings in every file of the map.
   * @param onProgress gets how many of how many starting points have been followed
   */
  analyze(files: ReadonlyMap<string, string>, onProgress?: (done: number, total: number) => void): Analysis {
    const problems: Problem[] = [];
    this.look(files);
    const program = new LinkedProgram({
      unit: (file) => this.unit(file, files, problems),
      filesDefining: (name) => this.filesDefining(name),
      files: () => this.units.values(),
    });
    const report = new Report();
    const reached = new Set<string>();
    const fresh = new Map<string, Outcome>();
    const run = (key: string, file: string, entry: (unit: ParsedUnit) => Entry | undefined, budget: Budget): void => {
      const outcome = this.outcome(key, file, program, entry, budget, files, problems);
      if (!outcome) return;
      fresh.set(key, outcome);
      for (const records of outcome.paths) report.add(records);
      for (const r of outcome.reached) reached.add(r);
      problems.push(...outcome.problems);
    };
    const budget = this.options.budget ?? DEFAULT_BUDGET;
    const entries = this.entries();
    const signed = [...this.glances].filter(([, g]) => g.sign && g.language !== "header" && g.language !== "other");
    let done = 0;
    const step = (): void => onProgress?.(done++, entries.length + signed.length);
    for (const [file, entry] of entries) {
      step();
      run(`${entry} ${file}`, file, (u) => startOf(u, entry), budget);
    }
    for (const [file] of signed) {
      step();
      const unit = this.unit(file, files, problems);
      for (const name of unit ? interesting(unit) : []) {
        if (reached.has(`${file}:${name}`)) continue;
        run(`library ${file} ${name}`, file, (u) => libraryEntry(u, name), this.options.budget ?? LIBRARY_BUDGET);
      }
    }
    this.outcomes.clear();
    for (const [key, outcome] of fresh) this.outcomes.set(key, outcome);
    const unfinished = [...fresh.values()].reduce((n, o) => n + o.unfinished, 0);
    const found = report.diagnostics((f) => files.get(f), this.options.docs ?? "");
    return {
      unfinished,
      ...applySuppressions(found, files, unfinished === 0, this.options.docs ?? ""),
      problems: unique(problems),
    };
  }

  /** Frees what the parsers hold. */
  dispose(): void {
    for (const unit of this.units.values()) unit.dispose();
    this.units.clear();
    this.glances.clear();
    this.outcomes.clear();
  }

  /** Takes in what changed since the last time. */
  private look(files: ReadonlyMap<string, string>): void {
    const before = this.glances.size;
    for (const file of this.glances.keys()) if (!files.has(file)) this.glances.delete(file);
    for (const [file, unit] of this.units) {
      if (files.has(file) && unit.sources.every((s) => files.get(s.file) === s.text)) continue;
      if (!files.has(file)) unit.dispose();
      if (!files.has(file)) this.units.delete(file);
    }
    let changed = before !== this.glances.size;
    for (const [file, text] of files) {
      if (this.glances.get(file)?.text === text) continue;
      this.glances.set(file, glanceAt(file, text));
      changed = true;
    }
    if (changed) this.definers = definersOf(this.glances);
  }

  /** The parsed form of a file, new when the file or a header of it changed. */
  private unit(file: string, files: ReadonlyMap<string, string>, problems: Problem[]): ParsedUnit | undefined {
    const known = this.units.get(file);
    if (known?.sources.every((s) => files.get(s.file) === s.text)) return known;
    const glance = this.glances.get(file);
    if (!glance || glance.language === "other" || glance.language === "header") return undefined;
    try {
      const made =
        glance.language === "c"
          ? lowerC(file, glance.text, this.sourcesOf(file, files), this.grammars, known)
          : lowerScript(file, glance.text, this.grammars, known);
      this.units.set(file, made);
      return made;
    } catch (e) {
      known?.dispose();
      this.units.delete(file);
      problems.push(problemOf(file, e));
      return undefined;
    }
  }

  private sourcesOf(file: string, files: ReadonlyMap<string, string>): CSources {
    const { defines = [], includeFolders = [] } = this.options.compiled?.(file) ?? {};
    return { defines, open: (name, from) => header(files, name, from, includeFolders) };
  }

  private filesDefining(name: string): readonly string[] {
    return this.definers.get(name) ?? [];
  }

  /** Where programs start: every `main` whose program comes to a file with a sign of userfaultfd, and every such module. */
  private entries(): [string, "main" | "module"][] {
    const out: [string, "main" | "module"][] = [];
    for (const [file, g] of this.glances) {
      if (g.language === "script" && g.sign) out.push([file, "module"]);
      if (g.language === "c" && g.hasMain && this.comesToSign(file)) out.push([file, "main"]);
    }
    return out;
  }

  private comesToSign(start: string): boolean {
    const seen = new Set([start]);
    const queue = [start];
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      const g = this.glances.get(file);
      if (!g) continue;
      if (g.sign) return true;
      for (const name of g.calls) {
        if (g.defines.has(name)) continue;
        const owners = this.definers.get(name);
        // A name that many files define says nothing about which program it belongs to.
        if (!owners || owners.length > 8) continue;
        for (const owner of owners) {
          if (seen.has(owner)) continue;
          seen.add(owner);
          queue.push(owner);
        }
      }
    }
    return false;
  }

  private outcome(
    key: string,
    file: string,
    program: LinkedProgram,
    start: (unit: ParsedUnit) => Entry | undefined,
    budget: Budget,
    files: ReadonlyMap<string, string>,
    problems: Problem[],
  ): Outcome | undefined {
    const before = this.outcomes.get(key);
    if (before && this.holds(before, files, problems)) return before;
    const unit = this.unit(file, files, problems);
    const entry = unit && start(unit);
    if (!unit || !entry) return undefined;
    const paths: (readonly CallRecord[])[] = [];
    const found: Problem[] = [];
    let unfinished = 0;
    let reached: ReadonlySet<string> = new Set();
    program.watch();
    explore(program, entry, budget, (path, seen) => {
      if (path.records.length > 0) paths.push(path.records);
      if (path.cut) unfinished++;
      if (path.error) found.push(problemOf(file, path.error));
      reached = seen;
    });
    const { used, names } = program.watched();
    used.set(file, unit);
    return { paths, problems: found, unfinished, reached, used, names };
  }

  /** Nothing an outcome rests on has changed. */
  private holds(o: Outcome, files: ReadonlyMap<string, string>, problems: Problem[]): boolean {
    for (const [file, unit] of o.used) if (this.unit(file, files, problems) !== unit) return false;
    for (const [name, owners] of o.names) if (this.filesDefining(name).join("\n") !== owners) return false;
    return true;
  }
}

function definersOf(glances: ReadonlyMap<string, Glance>): Map<string, string[]> {
  const out = new Map<string, string[]>();
  for (const [file, g] of glances) {
    for (const name of g.defines) {
      const owners = out.get(name);
      if (owners) owners.push(file);
      else out.set(name, [file]);
    }
  }
  return out;
}

function startOf(unit: ParsedUnit, kind: "main" | "module"): Entry | undefined {
  const fn = kind === "main" ? unit.functionNamed("main") : unit.module;
  return fn && { fn, kind };
}

function libraryEntry(unit: ParsedUnit, name: string): Entry | undefined {
  const fn = unit.functionNamed(name);
  return fn && { fn, kind: "library" };
}

const MAKES_CALLS = /\bioctl\b|\bSYS_ioctl\b|UFFDIO_|\bsyscall\b/;

/** Functions that make a userfaultfd call themselves or through others of the file, callers first. */
function interesting(unit: ParsedUnit): string[] {
  const texts = new Map(unit.functionNames.map((n) => [n, unit.textOf(n)]));
  const marked = new Set<string>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, text] of texts) {
      if (marked.has(name)) continue;
      if (MAKES_CALLS.test(text) || [...marked].some((m) => text.includes(`${m}(`) || text.includes(`${m} (`))) {
        marked.add(name);
        changed = true;
      }
    }
  }
  return [...marked].reverse();
}

/** A header of the workspace: relative to the including file, in an include folder, or by the end of its path. */
function header(
  files: ReadonlyMap<string, string>,
  name: string,
  from: string,
  folders: readonly string[],
): { file: string; text: string } | undefined {
  for (const place of [from, ...folders.map((folder) => `${folder}/.`)]) {
    const file = resolvePath(place, name);
    const text = files.get(file);
    if (text !== undefined) return { file, text };
  }
  const tail = `/${name.replace(/^(?:\.\.?\/)+/, "")}`;
  for (const [file, content] of files) if (file.endsWith(tail)) return { file, text: content };
  return undefined;
}

function problemOf(file: string, e: unknown): Problem {
  const what = e instanceof Error ? e.message : String(e);
  return { file, message: `The file could not be analysed completely: ${what}` };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((p) => [`${p.file} ${p.message}`, p])).values()];
}
