/**
 * Quick fixes: findings and texts to changes of texts. A fix is offered only when the analysis no longer makes the
 * finding in the changed text, so proposals may be generous and nothing that does not help is shown.
 */
import type { Analysis, Diagnostic, Grammars } from "../analysis";
import { copyOnEbusy } from "./copyInstead";
import { dontFork } from "./dontFork";
import { allowHoles } from "./holes";
import { correctNumber } from "./number";
import { repopulate } from "./repopulate";
import { resumePartial, skipPresent } from "./resume";
import { Source } from "./source";
import { suppressHere } from "./suppress";
import type { Fix, Proposer } from "./types";
import { changed, type Reanalyse, Verifier } from "./verify";
import { wakeAfterwards, wakeOnEexist } from "./wake";

export type { Fix, TextChange } from "./types";
export type { Reanalyse } from "./verify";

/** What is proposed for each code, best first. Every finding can be taken back by a comment as well. */
const PROPOSERS: Readonly<Record<string, readonly Proposer[]>> = {
  "ebusy-fork": [dontFork, repopulate, copyOnEbusy],
  "ebusy-ksm": [copyOnEbusy],
  "ebusy-pinned": [copyOnEbusy],
  "eexist-populated": [skipPresent],
  "eexist-not-woken": [wakeOnEexist],
  "enoent-hole": [allowHoles],
  "einval-number": [correctNumber],
  "eagain-partial": [resumePartial, skipPresent],
  "never-woken": [wakeAfterwards],
};
/** Hints about comments are cured by writing, not by another comment. */
const NOT_SUPPRESSED = /^ignore-/;
/** Fixes of one run of fix-all; each is an analysis. */
const MAX_FIXES = 50;

export interface FixHost {
  readonly grammars: Grammars;
  /** Analyses the program with another text for one file. */
  readonly reanalyse: Reanalyse;
}

/** Fixes for findings of one file, given its text as it was analysed. */
export function fixesFor(
  file: string,
  text: string,
  findings: readonly Diagnostic[],
  before: Analysis,
  host: FixHost,
): Fix[] {
  const source = new Source(file, text, host.grammars);
  const verifier = new Verifier(host.grammars, before, host.reanalyse);
  try {
    return findings.flatMap((diagnostic) => {
      const suppress = NOT_SUPPRESSED.test(diagnostic.code) ? [] : [suppressHere];
      return [...(PROPOSERS[diagnostic.code] ?? []), ...suppress].flatMap((propose): Fix[] => {
        const cure = propose(source, diagnostic).find((c) => verifier.cures(source, diagnostic, c));
        return cure ? [{ ...cure, diagnostic }] : [];
      });
    });
  } finally {
    source.dispose();
  }
}

/** The text after every fix that is safe, one after the other, each checked in what the one before made. */
export function fixAll(file: string, text: string, host: FixHost): string {
  let now = text;
  for (let n = 0; n < MAX_FIXES; n += 1) {
    const analysis = host.reanalyse(file, now);
    const fix = firstSafe(file, now, analysis, host);
    if (fix === undefined) break;
    now = changed(now, fix.changes);
  }
  return now;
}

function firstSafe(file: string, text: string, analysis: Analysis, host: FixHost): Fix | undefined {
  const source = new Source(file, text, host.grammars);
  const verifier = new Verifier(host.grammars, analysis, host.reanalyse);
  try {
    for (const diagnostic of analysis.diagnostics.filter((d) => d.file === file)) {
      for (const propose of PROPOSERS[diagnostic.code] ?? []) {
        const cure = propose(source, diagnostic).find((c) => c.safe && verifier.cures(source, diagnostic, c));
        if (cure) return { ...cure, diagnostic };
      }
    }
    return undefined;
  } finally {
    source.dispose();
  }
}
