import { pathToFileURL } from "node:url";
import type { Analysis, Diagnostic, Range, Related } from "../analysis";
import { CODES, type DiagnosticCode, documentationPath } from "../uffd/codes";
import { diagnosticPage } from "../uffd/page";
import { FINGERPRINT, type FingerprintHost, fingerprints } from "./fingerprint";

const LEVEL = { error: "error", warning: "warning", information: "note", hint: "note" } as const;

export interface SarifHost extends FingerprintHost {
  readonly version: string;
  /** Address of a documentation page, when the installation has it. */
  page(path: string): string | undefined;
}

/** Findings as SARIF 2.1.0, for code hosting and CI. What comments take back is in it, marked as suppressed. */
export function sarifText(analysis: Analysis, host: SarifHost): string {
  const { suppressed } = analysis;
  const all = [...analysis.diagnostics, ...suppressed.map((s) => s.diagnostic)];
  const prints = fingerprints(all, host);
  const results = all.map((d, i) => {
    const taken = suppressed[i - analysis.diagnostics.length];
    return {
      ...result(d, prints[i] ?? "", host),
      // Once one result has the property all have it: without it nothing would be known about the others.
      suppressions: taken
        ? [{ kind: "inSource", ...(taken.reason === undefined ? {} : { justification: taken.reason }) }]
        : [],
    };
  });
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: { name: "faultscope", semanticVersion: host.version, rules: CODES.map((c) => rule(c, host)) },
        },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications(analysis, host) }],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function rule(c: DiagnosticCode, host: SarifHost) {
  const page = host.page(documentationPath(c.code));
  return {
    id: c.code,
    name: c.title,
    shortDescription: { text: c.title },
    fullDescription: { text: c.kernel },
    ...(page === undefined ? {} : { helpUri: page }),
    help: { text: c.cure, markdown: diagnosticPage(c) },
    defaultConfiguration: { level: LEVEL[c.severity] },
  };
}

function result(d: Diagnostic, fingerprint: string, host: SarifHost) {
  return {
    ruleId: d.code,
    ruleIndex: CODES.findIndex((c) => c.code === d.code),
    level: LEVEL[d.severity],
    message: { text: d.message },
    locations: [{ physicalLocation: physical(d.file, d.range, host) }],
    relatedLocations: d.related.map((r: Related, id) => ({
      id,
      physicalLocation: physical(r.file, r.range, host),
      message: { text: r.message },
    })),
    partialFingerprints: { [FINGERPRINT]: fingerprint },
  };
}

function physical(file: string, range: Range, host: SarifHost) {
  return {
    artifactLocation: { uri: address(file, host) },
    region: {
      startLine: range.start.line + 1,
      startColumn: range.start.column + 1,
      endLine: range.end.line + 1,
      endColumn: range.end.column + 1,
    },
  };
}

function address(file: string, host: SarifHost): string {
  const shown = host.name(file);
  return shown.startsWith("/") ? pathToFileURL(shown).href : shown.split("/").map(encodeURIComponent).join("/");
}

/** What the analysis could not do: a log without it would look like a clean bill. */
function notifications({ problems, unfinished }: Analysis, host: SarifHost) {
  const told = problems.map((p) => ({
    level: "warning",
    message: { text: p.message },
    locations: [{ physicalLocation: { artifactLocation: { uri: address(p.file, host) } } }],
  }));
  const cut = `${unfinished} paths were too long to follow to the end; nothing is said of what lies beyond.`;
  return unfinished === 0 ? told : [...told, { level: "note", message: { text: cut } }];
}
