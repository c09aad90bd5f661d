/** Pull diagnostics: what the static analysis says of the documents an editor asks about. One channel, no push. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type Connection,
  DiagnosticSeverity,
  DocumentDiagnosticReportKind,
  type Diagnostic as LspDiagnostic,
  type TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { Analyzer, type Diagnostic, type Range } from "../analysis";
import { grammars } from "../workspace/grammarFiles";
import { isSource, readSource } from "../workspace/sourceFiles";

/** What the server announces in `initialize` for this provider. */
export const DIAGNOSTIC_PROVIDER = {
  identifier: "faultscope",
  interFileDependencies: true,
  workspaceDiagnostics: false,
} as const;

/** Neighbours of a document that are read along with it; more than this is no folder of one program. */
const MAX_NEIGHBOURS = 400;

/**
 * Answers `textDocument/diagnostic`. A document is analysed together with the sources of its folder, as open in the
 * editor or else as on disk. A failure of the analysis is told on the connection's log, never as an empty answer.
 */
export function registerDiagnostics(connection: Connection, documents: TextDocuments<TextDocument>): void {
  const provider = new Provider(documents, (message) => connection.console.warn(message));
  connection.languages.diagnostics.on(async ({ textDocument }) => ({
    kind: DocumentDiagnosticReportKind.Full,
    items: await provider.diagnose(textDocument.uri),
  }));
}

class Provider {
  /** One analyzer for each folder, so that what did not change is not analysed again. */
  private readonly folders = new Map<
    string,
    { readonly analyzer: Analyzer; onDisk: ReadonlyMap<string, string>; readAt: number }
  >();

  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly warn: (message: string) => void,
  ) {}

  async diagnose(uri: string): Promise<LspDiagnostic[]> {
    const document = this.documents.get(uri);
    const file = pathOf(uri);
    if (!document || file === undefined || !isSource(file)) return [];
    const folder = await this.folder(dirname(file));
    const files = new Map(folder.onDisk);
    for (const open of this.documents.all()) {
      const path = pathOf(open.uri);
      if (path !== undefined && isSource(path) && dirname(path) === dirname(file)) files.set(path, open.getText());
    }
    const { diagnostics, problems } = folder.analyzer.analyze(files);
    for (const p of problems) this.warn(`${p.file}: ${p.message}`);
    return diagnostics.filter((d) => d.file === file).map(toLsp);
  }

  private async folder(path: string) {
    let known = this.folders.get(path);
    if (!known) {
      known = { analyzer: new Analyzer(await grammars()), onDisk: new Map(), readAt: 0 };
      this.folders.set(path, known);
    }
    if (Date.now() - known.readAt > REREAD_MS) {
      known.onDisk = await this.readFolder(path);
      known.readAt = Date.now();
    }
    return known;
  }

  /** Sources of a folder on disk. A file that cannot be read is told and left out. */
  private async readFolder(path: string): Promise<ReadonlyMap<string, string>> {
    const out = new Map<string, string>();
    let names: string[];
    try {
      names = await readdir(path);
    } catch (error) {
      this.warn(`${path} cannot be read, so only open documents are analysed: ${String(error)}`);
      return out;
    }
    for (const name of names.filter(isSource).sort().slice(0, MAX_NEIGHBOURS)) {
      const file = join(path, name);
      try {
        const text = await readSource(file);
        if (text !== undefined) out.set(file, text);
      } catch (error) {
        this.warn(`${file} was left out of the analysis: ${String(error)}`);
      }
    }
    return out;
  }
}

/** Files on disk are looked at again after this time: other programs change them too. */
const REREAD_MS = 3_000;

function pathOf(uri: string): string | undefined {
  return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
}

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/** Address of a documentation page in the installation, when it is there to be opened. */
function pageOf(href: string): string | undefined {
  const page = new URL(`../${href}`, import.meta.url);
  return existsSync(page) ? page.href : undefined;
}

function toLsp(d: Diagnostic): LspDiagnostic {
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

function toLspRange(r: Range) {
  return {
    start: { line: r.start.line, character: r.start.column },
    end: { line: r.end.line, character: r.end.column },
  };
}
