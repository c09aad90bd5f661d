/** Findings of the static analysis as the protocol has them. */
import { pathToFileURL } from "node:url";
import { DiagnosticSeverity, type Diagnostic as LspDiagnostic, type Range as LspRange } from "vscode-languageserver";
import type { Diagnostic, Range } from "../analysis";
import { pageAddress } from "../workspace/documentation";

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

export function toLsp(d: Diagnostic): LspDiagnostic {
  const page = pageAddress(d.href);
  return {
    range: toLspRange(d.range),
    severity: SEVERITY[d.severity],
    source: "faultscope",
    code: d.code,
    ...(page === undefined ? {} : { codeDescription: { href: page } }),
    message: d.message,
    relatedInformation: d.related.map((r) => ({
      location: { uri: pathToFileURL(r.file).href, range: toLspRange(r.range) },
      message: r.message,
    })),
  };
}

/** Stands where findings would be when there can be none, so that none is not taken for a clean file. */
export function notAnalysed(why: string): LspDiagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: start },
    severity: DiagnosticSeverity.Information,
    source: "faultscope",
    message: `Faultscope could not analyse this file: ${why.replace(/\.$/, "")}. It tries again when the file changes.`,
  };
}

function toLspRange(r: Range) {
  return {
    start: { line: r.start.line, character: r.start.column },
    end: { line: r.end.line, character: r.end.column },
  };
}

/** A range of an editor as the analysis has it. */
export function toRange(range: LspRange): Range {
  return {
    start: { line: range.start.line, column: range.start.character },
    end: { line: range.end.line, column: range.end.character },
  };
}
