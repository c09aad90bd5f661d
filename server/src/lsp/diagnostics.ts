/** Pull diagnostics: what the static analysis says of the documents an editor asks about. One channel, no push. */
import {
  type CancellationToken,
  type Connection,
  DocumentDiagnosticReportKind,
  type Diagnostic as LspDiagnostic,
} from "vscode-languageserver";
import { type Rules, ruled } from "./rules";
import { type Sources, sourcePath } from "./sources";
import { notAnalysed, toLsp } from "./toLsp";

/** What the server announces in `initialize` for this provider. */
export const DIAGNOSTIC_PROVIDER = {
  identifier: "faultscope",
  interFileDependencies: true,
  workspaceDiagnostics: true,
} as const;

/** Text without any of these has nothing to do with userfaultfd, unless a neighbour of it has. */
const MAY_CONCERN = /uffd|userfaultfd|ioctl|syscall|0xaa/i;

export interface DiagnosticsParts {
  readonly sources: Sources;
  readonly rules: Rules;
  /** Asks the editor to ask again. */
  refresh(): void;
}

/**
 * Answers `textDocument/diagnostic` from the analysis thread, which is started by the first document that may concern
 * userfaultfd. What cannot be analysed is told on the connection's log and in the document, never as an empty answer:
 * that would look like a clean file. It is no error either: the editor's library never asks again after one.
 */
export function registerDiagnostics(connection: Connection, parts: DiagnosticsParts): void {
  const provider = new Provider(parts);
  connection.languages.diagnostics.on(async ({ textDocument }, token) => ({
    kind: DocumentDiagnosticReportKind.Full,
    items: await provider.diagnose(textDocument.uri, token),
  }));
}

class Provider {
  /** A document was passed over although the neighbours of it may concern it: they had not been looked at. */
  #passedOver = false;

  constructor(readonly parts: DiagnosticsParts) {}

  async diagnose(uri: string, token: CancellationToken): Promise<LspDiagnostic[]> {
    const { sources, rules } = this.parts;
    const document = sources.host.documents.get(uri);
    const file = sourcePath(uri);
    // A file that is closed keeps its findings once the workspace was checked, and has none before.
    if (file === undefined || (!document && !sources.isWhole)) return [];
    if (document && !sources.isStarted && !MAY_CONCERN.test(document.getText())) {
      this.#passedOver = true;
      return [];
    }
    const answer = await sources.diagnose(file, token);
    if (this.#passedOver) this.parts.refresh();
    this.#passedOver = false;
    if (answer.type === "found") return ruled(answer.diagnostics, await rules.levels(uri)).map(toLsp);
    const why = answer.type === "failed" ? answer.message : `an answer of type ${answer.type} came`;
    sources.host.warn(`${file} was not analysed: ${why}`);
    return [notAnalysed(why)];
  }
}
