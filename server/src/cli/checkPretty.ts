import type { Diagnostic, Position, Range } from "../analysis";
import { checkSummary } from "../workspace/checkSummary";

export interface PrettyOptions {
  /** Text of a file, for the source lines. */
  text(file: string): string | undefined;
  name(file: string): string;
  readonly color: boolean;
  /** Number of files that were checked. */
  readonly checked: number;
  /** Paths that were too long to be followed to their end. */
  readonly unfinished: number;
  /** Findings that comments take back. */
  readonly suppressed: number;
}

const COLORS = { error: 31, warning: 33, information: 36, hint: 90, bold: 1, dim: 2 } as const;
const TAB = "    ";

/** Findings for a terminal: the sentence, the source line with a caret, and the lines that cause it. */
export function prettyText(diagnostics: readonly Diagnostic[], options: PrettyOptions): string {
  const paint = (style: keyof typeof COLORS, text: string): string =>
    options.color ? `\x1b[${COLORS[style]}m${text}\x1b[0m` : text;
  const lines = new Map<string, readonly string[]>();
  const linesOf = (file: string): readonly string[] => {
    let known = lines.get(file);
    if (!known) {
      known = (options.text(file) ?? "").split(/\r?\n/);
      lines.set(file, known);
    }
    return known;
  };
  const at = (file: string, p: Position): string => `${options.name(file)}:${p.line + 1}:${p.column + 1}`;
  const excerpt = (file: string, range: Range, mark: string): string[] => {
    const source = linesOf(file)[range.start.line];
    if (source === undefined) return [];
    const number = String(range.start.line + 1);
    const last = range.end.line === range.start.line ? range.end.column : source.trimEnd().length;
    const indent = expand(source.slice(0, range.start.column)).length;
    const width = Math.max(1, expand(source.slice(range.start.column, Math.max(last, range.start.column + 1))).length);
    return [
      `${paint("dim", `${number.padStart(6)} │`)} ${expand(source)}`,
      `${paint("dim", `${" ".repeat(6)} │`)} ${" ".repeat(indent)}${mark.repeat(width)}`,
    ];
  };
  const out: string[] = [];
  for (const d of diagnostics) {
    out.push(`${paint("bold", at(d.file, d.range.start))}: ${paint(d.severity, d.severity)}: ${d.message} [${d.code}]`);
    out.push(...excerpt(d.file, d.range, paint(d.severity, "^")));
    for (const r of d.related) {
      out.push(`  ${at(r.file, r.range.start)}: ${r.message}`, ...excerpt(r.file, r.range, paint("dim", "~")));
    }
    out.push("");
  }
  out.push(checkSummary(options.checked, diagnostics));
  if (options.suppressed > 0) {
    const findings = options.suppressed === 1 ? "1 finding is" : `${options.suppressed} findings are`;
    out.push(`${findings} taken back by comments in the sources.`);
  }
  if (options.unfinished > 0) {
    const paths = options.unfinished === 1 ? "1 path was" : `${options.unfinished} paths were`;
    out.push(`${paths} too long to follow to the end; nothing is said of what lies beyond.`);
  }
  return `${out.join("\n")}\n`;
}

const expand = (text: string): string => text.replaceAll("\t", TAB);
