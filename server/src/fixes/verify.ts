/** Whether a candidate cures a finding: the changed text is parsed and analysed again. */
import type { Analysis, Diagnostic, Grammars } from "../analysis";
import { Source } from "./source";
import type { Candidate, TextChange } from "./types";

/** Analyses the program with another text for one file. */
export type Reanalyse = (file: string, text: string) => Analysis;

/** The text after changes, which must not overlap. */
export function changed(text: string, changes: readonly TextChange[]): string {
  let out = text;
  for (const { start, end, text: piece } of [...changes].sort((a, b) => b.start - a.start || b.end - a.end)) {
    out = out.slice(0, start) + piece + out.slice(end);
  }
  return out;
}

export class Verifier {
  constructor(
    readonly grammars: Grammars,
    readonly before: Analysis,
    readonly reanalyse: Reanalyse,
  ) {}

  /**
   * True when the text parses as well as before, the finding is gone, one less of its kind is left, and nothing else
   * of weight has come instead. What stopped a call half way may show its own name once the call goes on.
   */
  cures(source: Source, diagnostic: Diagnostic, candidate: Candidate): boolean {
    const text = changed(source.text, candidate.changes);
    const after = new Source(source.file, text, this.grammars);
    try {
      if (after.errors > source.errors) return false;
      const { diagnostics, problems } = this.reanalyse(source.file, text);
      if (problems.length > this.before.problems.length) return false;
      const same = (list: readonly Diagnostic[]): number => list.filter((d) => d.code === diagnostic.code).length;
      const serious = (list: readonly Diagnostic[]): number => list.filter((d) => d.severity !== "hint").length;
      const place = after.position(moved(source.offset(diagnostic.range.start), candidate.changes));
      const stays = diagnostics.some(
        (d) =>
          d.file === diagnostic.file &&
          d.code === diagnostic.code &&
          d.range.start.line === place.line &&
          d.range.start.column === place.column,
      );
      return (
        !stays &&
        same(diagnostics) < same(this.before.diagnostics) &&
        serious(diagnostics) <= serious(this.before.diagnostics)
      );
    } finally {
      after.dispose();
    }
  }
}

/** Where an offset is after the changes before it. */
function moved(offset: number, changes: readonly TextChange[]): number {
  return changes
    .filter((c) => c.end <= offset)
    .reduce((at, { start, end, text }) => at + text.length - (end - start), offset);
}
