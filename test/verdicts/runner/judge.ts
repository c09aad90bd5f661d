import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { analyze, type Diagnostic } from "../../../server/src/analysis";
import { grammars } from "../../../server/src/workspace/grammarFiles";
import { covers, type Label, type Program, type Site } from "./labels";

const CLASS = /^(ebusy|eexist|enoent|einval|eagain|efault)-/;

/** Codes that speak of what follows a call or an access, not of an errno. */
const ASIDE = new Set(["eexist-not-woken", "never-woken", "handler-deadlock", "unchecked-result"]);

/** Where the analysis and the kernel do not agree. */
export interface Disagreement {
  readonly program: string;
  readonly line: number;
  /** `missed EBUSY`, or `reported ebusy-fork`. */
  readonly what: string;
}

export interface Judgement {
  readonly disagreements: readonly Disagreement[];
  /** Reports that agree with a failing site. */
  readonly hits: number;
  readonly falsePositives: number;
  readonly expected: number;
  readonly found: number;
}

/** Holds the reports of the analysis, severity information or above, against the kernel's verdicts of a program. */
export async function judge(program: Program, label: Label): Promise<Judgement> {
  const texts = new Map(program.files.map((f) => [f, readFileSync(f, "utf8")]));
  const { diagnostics, problems } = analyze(texts, await grammars());
  if (problems.length > 0) throw new Error(problems.map((p) => `${p.file}: ${p.message}`).join("\n"));
  const disagreements: Disagreement[] = [];
  const found = new Set<Site>();
  const undone = new Set<Site>();
  const seen = new Set<string>();
  const asides: Diagnostic[] = [];
  let hits = 0;
  let falsePositives = 0;
  for (const d of diagnostics) {
    if (ASIDE.has(d.code)) asides.push(d);
    if (d.severity === "hint" || ASIDE.has(d.code)) continue;
    const at = `${basename(d.file)}:${d.range.start.line + 1}`;
    const cls = CLASS.exec(d.code)?.[1]?.toUpperCase();
    const sites = sitesAt(label, at);
    const telling = cls ? sites.filter((s) => s.verdict === cls || s.also?.includes(cls)) : [];
    if (telling.some((s) => s.handled) || (sites.length > 0 && sites.every((s) => s.handled))) continue;
    for (const s of telling) found.add(s);
    const key = `${telling.map((s) => s.lines[0])} ${at} ${cls ?? d.code}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (telling.length > 0) {
      hits++;
      continue;
    }
    falsePositives++;
    disagreements.push({ program: program.name, line: d.range.start.line + 1, what: `reported ${d.code}` });
  }
  for (const d of asides) {
    const at = `${basename(d.file)}:${d.range.start.line + 1}`;
    const told = sitesAt(label, at).filter((s) => s.tells === d.code);
    for (const s of told) undone.add(s);
    // A hint is worth a look and claims nothing; the others claim that a thread stays blocked.
    if (told.length > 0 || d.severity === "hint") continue;
    falsePositives++;
    disagreements.push({ program: program.name, line: d.range.start.line + 1, what: `reported ${d.code}` });
  }
  const telling = label.sites.filter((s) => s.tells !== undefined);
  for (const s of telling) {
    if (!undone.has(s)) disagreements.push({ program: program.name, line: s.lines[0], what: `missed ${s.tells}` });
  }
  const failing = label.sites.filter((s) => s.verdict !== "clean" && !s.handled);
  for (const s of failing) {
    if (!found.has(s)) disagreements.push({ program: program.name, line: s.lines[0], what: `missed ${s.verdict}` });
  }
  return {
    disagreements,
    hits: hits + undone.size,
    falsePositives,
    expected: failing.length + telling.length,
    found: found.size + undone.size,
  };
}

/** The sites a report speaks of: of the statement itself, else those behind whose caller the ioctl stands. */
function sitesAt(label: Label, at: string): Site[] {
  const direct = label.sites.filter((s) => covers(s, at));
  if (direct.length > 0) return direct;
  return label.sites.filter((s) => s.leaf?.includes(at));
}
