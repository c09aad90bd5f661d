import { diagnosticCode, documentationPath, type Severity } from "../uffd/codes";
import type { Site } from "./interpreter/frame";
import type { CallRecord, Finding } from "./interpreter/record";
import { describeOrigin } from "./rules/message";
import type { Diagnostic, Position, Range, Related } from "./types";

/** One call site seen with one call stack, over all paths. */
interface Context {
  readonly site: Site;
  readonly stack: readonly Site[];
  readonly findings: Map<string, Finding>;
  clean: boolean;
}

const keyOf = (s: Site): string => `${s.file}:${s.start}:${s.end}`;

/** Collects what paths recorded and turns it into diagnostics at the places that make the difference. */
export class Report {
  private readonly leaves = new Map<string, Map<string, Context>>();

  /** Takes the calls of one path. Of the failures at one place only the first is a cause; later ones may follow from it. */
  add(records: readonly CallRecord[]): void {
    const failed = new Set<string>();
    for (const r of records) {
      const leaf = keyOf(r.site);
      const stack = [...new Set(r.stack.map(keyOf))].join(" ");
      const context = this.context(leaf, stack, r);
      if (!r.finding) {
        if (!r.vague) context.clean = true;
        continue;
      }
      const key = `${leaf} ${stack}`;
      if (r.handled || failed.has(key)) continue;
      if (r.finding.certainty !== "look") failed.add(key);
      if (!context.findings.has(r.finding.code)) context.findings.set(r.finding.code, r.finding);
    }
  }

  private context(leaf: string, stack: string, r: CallRecord): Context {
    let contexts = this.leaves.get(leaf);
    if (!contexts) {
      contexts = new Map();
      this.leaves.set(leaf, contexts);
    }
    let c = contexts.get(stack);
    if (!c) {
      c = { site: r.site, stack: r.stack, findings: new Map(), clean: false };
      contexts.set(stack, c);
    }
    return c;
  }

  /** The diagnostics, in order of place. `text` gives a file's content for lines and columns. */
  diagnostics(text: (file: string) => string | undefined, baseUrl: string): Diagnostic[] {
    const out = new Map<string, Diagnostic>();
    const lines = new LineIndex(text);
    for (const contexts of this.leaves.values()) {
      const all = [...contexts.values()];
      const found = all.flatMap((c) => [...c.findings.values()]);
      // A hint adds nothing to a call that fails for a reason.
      const serious = found.some((f) => f.certainty !== "look");
      const codes = new Set(found.filter((f) => !serious || f.certainty !== "look").map((f) => f.code));
      for (const code of codes) {
        const failing = all.filter((c) => c.findings.has(code));
        // Where one caller differs from another is worth saying of failures, not of hints about the call itself.
        const fine = failing.some((c) => c.findings.get(code)?.certainty !== "look")
          ? all.filter((c) => c.findings.size === 0)
          : [];
        for (const c of failing) {
          const f = c.findings.get(code);
          if (!f) continue;
          const depth = differingDepth(failing, fine);
          const at = depth === 0 ? c.site : (c.stack[depth - 1] ?? c.site);
          const d = diagnostic(f, at, depth === 0 ? undefined : c.site, lines, baseUrl);
          const key = `${keyOf(at)} ${code}`;
          if (!out.has(key)) out.set(key, d);
        }
      }
    }
    return [...out.values()].sort(
      (a, b) =>
        (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
        a.range.start.line - b.range.start.line ||
        a.range.start.column - b.range.start.column ||
        (a.code < b.code ? -1 : 1),
    );
  }
}

/**
 * How far out on the call stack the failing calls part from the fine ones: 0 is the ioctl itself. When the same
 * wrapper works for one caller and fails for another, the caller is where to look.
 */
function differingDepth(failing: readonly Context[], fine: readonly Context[]): number {
  if (fine.length === 0) return 0;
  const most = Math.min(...failing.map((c) => c.stack.length));
  for (let depth = 1; depth <= most; depth++) {
    const good = new Set(fine.map((c) => placeAt(c, depth)));
    if (failing.every((c) => !good.has(placeAt(c, depth)))) return depth;
  }
  return 0;
}

function placeAt(c: Context, depth: number): string {
  const s = c.stack[depth - 1];
  return s ? keyOf(s) : "";
}

function severityOf(f: Finding): Severity {
  if (f.certainty === "look") return "hint";
  if (f.certainty === "timing") return "information";
  return diagnosticCode(f.code)?.severity ?? "warning";
}

function diagnostic(f: Finding, at: Site, leaf: Site | undefined, lines: LineIndex, baseUrl: string): Diagnostic {
  const related: Related[] = [];
  const add = (site: Site | undefined, message: string): void => {
    if (!site || (site.file === at.file && site.start === at.start && site.end === at.end)) return;
    if (related.some((r) => r.message === message)) return;
    related.push({ file: site.file, range: lines.range(site), message });
  };
  for (const c of f.causes) add(c.at, describeOrigin(c));
  add(leaf, "The ioctl is made here.");
  return {
    file: at.file,
    range: lines.range(at),
    severity: severityOf(f),
    code: f.code,
    message: f.message,
    related,
    href: `${baseUrl}${documentationPath(f.code)}`,
    ...(leaf ? { call: { file: leaf.file, range: lines.range(leaf) } } : {}),
  };
}

/** Offsets to lines, with the line starts of each file found once. */
class LineIndex {
  private readonly starts = new Map<string, number[]>();

  constructor(private readonly text: (file: string) => string | undefined) {}

  range(s: Site): Range {
    return { start: this.position(s.file, s.start), end: this.position(s.file, Math.max(s.start, s.end)) };
  }

  private position(file: string, offset: number): Position {
    let starts = this.starts.get(file);
    if (!starts) {
      starts = [0];
      const text = this.text(file) ?? "";
      for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
      this.starts.set(file, starts);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (starts[low] ?? 0) };
  }
}
