/** Sources as the analysis thread knows them: questions about documents, with the texts that are open. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type CancellationToken, LSPErrorCodes, ResponseError, type TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Diagnostic, Range } from "../analysis";
import { isSource } from "../workspace/sourceFiles";
import { Analyses } from "./analysis/analyses";
import type { AnalysisAnswer, AnalysisRequest, CheckedWorkspace, CheckProgress } from "./analysis/messages";

/** Pause before the analysis thread is started again after a crash. */
const PAUSE_MS = 500;
const CHECK = "check";

export interface SourcesHost {
  readonly documents: TextDocuments<TextDocument>;
  /** The bundled worker, `dist/analysis.cjs`. */
  readonly workerFile: string;
  warn(message: string): void;
}

export class Sources {
  readonly #analyses: Analyses;
  #isWhole = false;
  #onEverywhere: ((diagnostics: readonly Diagnostic[]) => void) | undefined;
  #progress: ((progress: CheckProgress) => void) | undefined;

  constructor(readonly host: SourcesHost) {
    this.#analyses = new Analyses({
      workerFile: host.workerFile,
      pauseMs: PAUSE_MS,
      warn: host.warn,
      progress: (progress) => this.#progress?.(progress),
    });
  }

  /** True once something was analysed or tried to. */
  get isStarted(): boolean {
    return this.#analyses.isStarted;
  }

  /** True once the workspace was checked: files that are not open have findings too. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Findings in a file as it is when its turn comes. */
  async diagnose(file: string, token: CancellationToken): Promise<AnalysisAnswer> {
    const request = (): AnalysisRequest => ({ type: "diagnose", file, open: this.#openTexts(file) });
    const answer = await this.#analyses.ask(file, request, token);
    if (answer.type === "found" && answer.everywhere) this.#onEverywhere?.(answer.everywhere);
    return answer;
  }

  /** Calls back with the findings of all files whenever an edit has made them anew, once the workspace was checked. */
  onEverywhere(listener: (diagnostics: readonly Diagnostic[]) => void): void {
    this.#onEverywhere = listener;
  }

  /** Fixes for the findings on the lines of a range. */
  fixes(file: string, range: Range, token: CancellationToken): Promise<AnalysisAnswer> {
    const key = `fixes ${range.start.line}-${range.end.line} ${file}`;
    return this.#analyses.ask(key, () => ({ type: "fixes", file, range, open: this.#openTexts(file) }), token);
  }

  /** The text of a file after all fixes that are safe. */
  fixAll(file: string, token: CancellationToken): Promise<AnalysisAnswer> {
    const request = (): AnalysisRequest => ({ type: "fixAll", file, open: this.#openTexts(file) });
    return this.#analyses.ask(`fixAll ${file}`, request, token);
  }

  /** Findings in all files of folders. Ends the thread when it is cancelled, as nothing else stops it. */
  async check(
    folders: readonly string[],
    token: CancellationToken,
    progress: (progress: CheckProgress) => void,
  ): Promise<CheckedWorkspace> {
    const onCancel = token.onCancellationRequested(async () => {
      // The thread that is ended takes the workspace as a whole with it.
      if (await this.#analyses.interrupt(CHECK)) this.#isWhole = false;
    });
    this.#progress = progress;
    try {
      const open = (): AnalysisRequest => ({ type: CHECK, folders, open: this.#allOpenTexts() });
      const answer = await this.#analyses.ask(CHECK, open, token);
      if (answer.type === "failed") throw new ResponseError(LSPErrorCodes.RequestFailed, answer.message);
      if (answer.type !== "checked") throw new Error(`The analysis answered a check with '${answer.type}'.`);
      this.#isWhole = true;
      return answer;
    } finally {
      this.#progress = undefined;
      onCancel.dispose();
    }
  }

  dispose(): Promise<void> {
    return this.#analyses.dispose();
  }

  #allOpenTexts(): Map<string, string> {
    const texts = new Map<string, string>();
    for (const open of this.host.documents.all()) {
      const path = sourcePath(open.uri);
      if (path !== undefined) texts.set(path, open.getText());
    }
    return texts;
  }

  /** What a document is analysed with: its folder, or everything once the workspace is one program. */
  #openTexts(file: string): ReadonlyMap<string, string> {
    const texts = this.#allOpenTexts();
    if (this.#isWhole) return texts;
    for (const path of texts.keys()) if (dirname(path) !== dirname(file)) texts.delete(path);
    return texts;
  }
}

/** Path of a source file on this machine; undefined for any other address. */
export function sourcePath(uri: string): string | undefined {
  const path = pathOf(uri);
  return path !== undefined && isSource(path) ? path : undefined;
}

/** Path of a file on this machine; undefined for any other address. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    // A file of another host, or a name that no file can have.
    return undefined;
  }
}
