import type { Answer } from "./kernel";
import { covers, type Label, type Site } from "./labels";

const DATA = new Set(["MOVE", "COPY", "ZEROPAGE", "CONTINUE", "WRITEPROTECT", "POISON"]);

/** Codes that say that a thread stays blocked. */
const STUCK = new Set(["never-woken", "handler-deadlock", "eexist-not-woken"]);

/** What one run gave at each site of a label, and the requests that no site covers. */
export interface Observed {
  readonly sites: readonly Site[];
  readonly blocked: number;
  readonly problems: readonly string[];
}

/** Puts the answers of a run to the sites: the innermost labelled statement of a call stack is its site. */
export function observe(label: Label, answers: readonly Answer[]): Observed {
  const problems = new Set<string>();
  const counts = label.sites.map(() => new Map<string, number>());
  const ops = label.sites.map(() => new Set<string>());
  const leaves = label.sites.map(() => new Set<string>());
  let blocked = 0;
  for (const a of answers) {
    if (a.op === "BLOCKED") {
      blocked = Number(a.outcome);
      continue;
    }
    const at = a.at.map((f) => label.sites.findIndex((s) => covers(s, f)));
    const depth = at.findIndex((i) => i >= 0);
    const site = at[depth];
    if (site === undefined) {
      if (a.outcome !== "ok" || DATA.has(a.op)) problems.add(`${a.at.join(" <- ")}: ${a.op} ${a.outcome} has no label`);
      continue;
    }
    counts[site]?.set(a.outcome, (counts[site]?.get(a.outcome) ?? 0) + 1);
    ops[site]?.add(a.op);
    for (const inner of a.at.slice(0, depth)) leaves[site]?.add(inner);
  }
  const sites = label.sites.map((s, i) => {
    const leaf = [...(leaves[i] ?? [])].sort();
    return {
      ...s,
      op: [...(ops[i] ?? [])].sort().join("|"),
      outcomes: Object.fromEntries([...(counts[i] ?? [])].sort()),
      ...(leaf.length > 0 ? { leaf } : {}),
    };
  });
  for (const s of sites) {
    // What is no request (an access, a fork) the kernel only judges by who stays blocked.
    if (s.tells && s.op === "") continue;
    const seen = Object.keys(s.outcomes);
    const holds = s.verdict === "clean" ? seen.join() === "ok" : seen.includes(s.verdict);
    if (!holds)
      problems.add(`line ${s.lines[0]}: labelled ${s.verdict}, the kernel said ${JSON.stringify(s.outcomes)}`);
  }
  const stuck = label.sites.some((s) => s.tells && STUCK.has(s.tells));
  if (stuck !== blocked > 0) problems.add(`${blocked} threads stay blocked`);
  return { sites, blocked, problems: [...problems] };
}

/** Where a stored label and what a run gave differ in kind; how often may differ from run to run. */
export function differences(label: Label, observed: Observed): string[] {
  const out = [...observed.problems];
  label.sites.forEach((s, i) => {
    const now = observed.sites[i];
    if (!now) return;
    const before = Object.keys(s.outcomes).join();
    const after = Object.keys(now.outcomes).join();
    if (s.op !== now.op || before !== after) {
      out.push(`line ${s.lines[0]}: stored ${s.op} ${before}, the kernel said ${now.op} ${after}`);
    }
  });
  return out;
}
