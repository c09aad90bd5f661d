/**
 * Check Workspace: findings in files that are not open. They travel on the one channel there is, the workspace pull: the
 * editor's question is held until a check has something new to say, so that it costs nothing before and between.
 */
import { pathToFileURL } from "node:url";
import {
  type CancellationToken,
  type Connection,
  DocumentDiagnosticReportKind,
  LSPErrorCodes,
  type Diagnostic as LspDiagnostic,
  type PreviousResultId,
  type ProgressToken,
  ResponseError,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import { type CheckMethod, Methods } from "#protocol/messages";
import type { Diagnostic } from "../analysis";
import { checkSummary } from "../workspace/checkSummary";
import type { CheckProgress } from "./analysis/messages";
import { type Rules, ruled } from "./rules";
import { pathOf, type Sources } from "./sources";
import { toLsp } from "./toLsp";

export interface WorkspaceCheckParts {
  readonly sources: Sources;
  readonly rules: Rules;
  /** Addresses of the folders that are open. */
  folders(): Promise<readonly string[]>;
  /** Asks the editor to ask about its documents again: they are part of a larger program now. */
  refresh(): void;
}

interface Result {
  readonly id: string;
  readonly items: readonly LspDiagnostic[];
}

export class WorkspaceCheck {
  #found: readonly Diagnostic[] | undefined;
  /** Of the last check, by address; a file that had findings before is in it with none. */
  #results: ReadonlyMap<string, Result> = new Map();
  #round = 0;
  readonly #held = new Set<() => void>();

  constructor(
    readonly connection: Connection,
    readonly parts: WorkspaceCheckParts,
  ) {}

  register(): void {
    const { connection } = this;
    connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token) => ({
      items: await this.#pull(previousResultIds, token),
    }));
    this.parts.sources.onEverywhere((found) => {
      this.#publish(found).catch((error: unknown) => this.parts.sources.host.warn(`Publishing: ${String(error)}`));
    });
    connection.onRequest(Methods.check, (params: CheckMethod["params"], token: CancellationToken) =>
      this.#check(params?.workDoneToken, token),
    );
  }

  /** The levels of rules have changed: the same findings look different. */
  async rulesChanged(): Promise<void> {
    if (this.#found) await this.#publish(this.#found);
  }

  async #check(workDone: ProgressToken | undefined, token: CancellationToken): Promise<CheckMethod["result"]> {
    const folders = (await this.parts.folders()).flatMap((uri) => pathOf(uri) ?? []);
    if (folders.length === 0) {
      throw new ResponseError(LSPErrorCodes.RequestFailed, "No folder is open. Open the folder of your sources first.");
    }
    const progress = workDone === undefined ? undefined : this.connection.window.attachWorkDoneProgress(workDone);
    progress?.begin("Checking the workspace", 0, "reading files", true);
    try {
      const checked = await this.parts.sources.check(folders, token, (p) => {
        const { percentage, message } = inWords(p);
        if (percentage === undefined) progress?.report(message);
        else progress?.report(percentage, message);
      });
      const kept = await this.#publish(checked.diagnostics);
      this.parts.refresh();
      return { summary: checkSummary(checked.files, kept), problems: checked.problems };
    } finally {
      progress?.done();
    }
  }

  /** Makes findings what the editor is told, and gives what is left of them under the settings. */
  async #publish(found: readonly Diagnostic[]): Promise<Diagnostic[]> {
    this.#found = found;
    this.#round += 1;
    const round = this.#round;
    const id = `check ${round}`;
    const results = new Map<string, Result>([...this.#results.keys()].map((uri) => [uri, { id, items: [] }]));
    const kept: Diagnostic[] = [];
    for (const [file, list] of byFile(found)) {
      const uri = pathToFileURL(file).href;
      const left = ruled(list, await this.parts.rules.levels(uri));
      results.set(uri, { id, items: left.map(toLsp) });
      kept.push(...left);
    }
    // Newer findings came while the settings were asked for.
    if (round !== this.#round) return kept;
    // What is as it was keeps its name: the editor has it.
    for (const [uri, result] of results) {
      const before = this.#results.get(uri);
      if (before && JSON.stringify(before.items) === JSON.stringify(result.items)) results.set(uri, before);
    }
    this.#results = results;
    for (const wake of this.#held) wake();
    this.#held.clear();
    return kept;
  }

  async #pull(
    previous: readonly PreviousResultId[],
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const known = new Map(previous.map(({ uri, value }) => [uri, value]));
    for (;;) {
      const fresh = [...this.#results].filter(([uri, { id }]) => known.get(uri) !== id);
      if (fresh.length > 0) {
        return fresh.map(([uri, { id, items }]) => ({
          kind: DocumentDiagnosticReportKind.Full,
          uri,
          version: null,
          resultId: id,
          items: [...items],
        }));
      }
      await new Promise<void>((resolve) => {
        this.#held.add(resolve);
        token.onCancellationRequested(() => {
          this.#held.delete(resolve);
          resolve();
        });
      });
      if (token.isCancellationRequested) {
        throw new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
      }
    }
  }
}

function inWords({ done, total }: CheckProgress): { percentage?: number; message: string } {
  if (total === 0) return { message: `${done} files read` };
  return { percentage: Math.floor((100 * done) / total), message: `${done} of ${total} programs` };
}

function byFile(diagnostics: readonly Diagnostic[]): Map<string, Diagnostic[]> {
  const out = new Map<string, Diagnostic[]>();
  for (const d of diagnostics) out.set(d.file, [...(out.get(d.file) ?? []), d]);
  return out;
}
