/** Pull diagnostics: what the static analysis says of the documents an editor asks about. One channel, no push. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CancellationToken,
  type Connection,
  DocumentDiagnosticReportKind,
  type Diagnostic as LspDiagnostic,
  type TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { isSource } from "../workspace/sourceFiles";
import { Analyses } from "./analysis/analyses";
import { notAnalysed, toLsp } from "./toLsp";

/** What the server announces in `initialize` for this provider. */
export const DIAGNOSTIC_PROVIDER = {
  identifier: "faultscope",
  interFileDependencies: true,
  workspaceDiagnostics: false,
} as const;

/** Text without any of these has nothing to do with userfaultfd, unless a neighbour of it has. */
const MAY_CONCERN = /uffd|userfaultfd|ioctl|syscall|0xaa/i;
/** Pause before the analysis thread is started again after a crash. */
const PAUSE_MS = 500;

export interface DiagnosticsParts {
  /** The bundled worker, `dist/analysis.cjs`. */
  readonly workerFile: string;
  /** True when the editor can be asked to ask again. */
  canRefresh(): boolean;
}

/**
 * Answers `textDocument/diagnostic` from a thread of its own, which is started by the first document that may concern
 * userfaultfd. What cannot be analysed is told on the connection's log and in the document, never as an empty answer:
 * that would look like a clean file. It is no error either: the editor's library never asks again after one.
 */
export function registerDiagnostics(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  parts: DiagnosticsParts,
): { dispose(): Promise<void> } {
  const warn = (message: string): void => connection.console.warn(message);
  const provider = new Provider(documents, parts, warn, () => {
    connection.languages.diagnostics.refresh().catch((error: unknown) => warn(`Refresh: ${String(error)}`));
  });
  connection.languages.diagnostics.on(async ({ textDocument }, token) => ({
    kind: DocumentDiagnosticReportKind.Full,
    items: await provider.diagnose(textDocument.uri, token),
  }));
  return { dispose: () => provider.dispose() };
}

class Provider {
  readonly #analyses: Analyses;
  /** A document was passed over although the neighbours of it may concern it: they had not been looked at. */
  #passedOver = false;

  constructor(
    readonly documents: TextDocuments<TextDocument>,
    readonly parts: DiagnosticsParts,
    readonly warn: (message: string) => void,
    readonly refresh: () => void,
  ) {
    const { workerFile } = parts;
    const openTexts = (file: string) => this.#openTexts(file);
    this.#analyses = new Analyses({ workerFile, pauseMs: PAUSE_MS, warn, openTexts });
  }

  async diagnose(uri: string, token: CancellationToken): Promise<LspDiagnostic[]> {
    const document = this.documents.get(uri);
    const file = pathOf(uri);
    if (!document || file === undefined || !isSource(file)) return [];
    if (!this.#analyses.isStarted && !MAY_CONCERN.test(document.getText())) {
      this.#passedOver = true;
      return [];
    }
    const answer = await this.#analyses.diagnose(file, token);
    if (this.#passedOver && this.parts.canRefresh()) this.refresh();
    this.#passedOver = false;
    if (answer.type === "found") return answer.diagnostics.map(toLsp);
    this.warn(`${file} was not analysed: ${answer.message}`);
    return [notAnalysed(answer.message)];
  }

  dispose(): Promise<void> {
    return this.#analyses.dispose();
  }

  #openTexts(file: string): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const open of this.documents.all()) {
      const path = pathOf(open.uri);
      if (path !== undefined && isSource(path) && dirname(path) === dirname(file)) texts.set(path, open.getText());
    }
    return texts;
  }
}

/** Path of a file on this machine; undefined for any other address. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    // A file of another host, or a name that no file can have.
    return undefined;
  }
}
