/** Findings of the static analysis as the protocol has them. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { DiagnosticSeverity, type Diagnostic as LspDiagnostic } from "vscode-languageserver";
import type { Diagnostic, Range } from "../analysis";

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

export function toLsp(d: Diagnostic): LspDiagnostic {
  const page = pageOf(d.href);
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

/** Address of a documentation page in the installation, when it is there to be opened. */
function pageOf(href: string): string | undefined {
  const page = new URL(`../${href}`, import.meta.url);
  return existsSync(page) ? page.href : undefined;
}

function toLspRange(r: Range) {
  return {
    start: { line: r.start.line, character: r.start.column },
    end: { line: r.end.line, character: r.end.column },
  };
}
