import { pathToFileURL } from "node:url";
import type { Diagnostic, Range } from "../analysis";
import { CODES, documentationPath } from "../uffd/codes";

const LEVEL = { error: "error", warning: "warning", information: "note", hint: "note" } as const;

/** Findings as SARIF 2.1.0, for code hosting and CI. */
export function sarifText(diagnostics: readonly Diagnostic[], name: (file: string) => string): string {
  const rules = CODES.map((c) => ({
    id: c.code,
    shortDescription: { text: c.title },
    fullDescription: { text: c.kernel },
    help: { text: `${c.cure} See ${documentationPath(c.code)}.` },
    defaultConfiguration: { level: LEVEL[c.severity] },
  }));
  const uri = (file: string): string => {
    const shown = name(file);
    return shown.startsWith("/") ? pathToFileURL(shown).href : shown.split("/").map(encodeURIComponent).join("/");
  };
  const location = (file: string, range: Range) => ({
    artifactLocation: { uri: uri(file) },
    region: {
      startLine: range.start.line + 1,
      startColumn: range.start.column + 1,
      endLine: range.end.line + 1,
      endColumn: range.end.column + 1,
    },
  });
  const results = diagnostics.map((d) => ({
    ruleId: d.code,
    ruleIndex: CODES.findIndex((c) => c.code === d.code),
    level: LEVEL[d.severity],
    message: { text: d.message },
    locations: [{ physicalLocation: location(d.file, d.range) }],
    relatedLocations: d.related.map((r, id) => ({
      id,
      physicalLocation: location(r.file, r.range),
      message: { text: r.message },
    })),
  }));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "faultscope", rules } },
        columnKind: "utf16CodeUnits",
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}
