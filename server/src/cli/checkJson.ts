import type { Diagnostic } from "../analysis";

/** The JSON contract of `check`: positions from 1, one entry a call site and cause. */
export function jsonText(diagnostics: readonly Diagnostic[], name: (file: string) => string): string {
  const entries = diagnostics.map((d) => ({
    file: name(d.file),
    line: d.range.start.line + 1,
    column: d.range.start.column + 1,
    endLine: d.range.end.line + 1,
    endColumn: d.range.end.column + 1,
    severity: d.severity,
    code: d.code,
    message: d.message,
    href: d.href,
    related: d.related.map((r) => ({
      file: name(r.file),
      line: r.range.start.line + 1,
      column: r.range.start.column + 1,
      message: r.message,
    })),
  }));
  return `${JSON.stringify({ version: 1, diagnostics: entries }, null, 2)}\n`;
}
