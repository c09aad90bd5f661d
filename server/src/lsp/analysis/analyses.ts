/** Answers questions about documents from the analysis thread, one after the other. */
import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { AnalysisThread, type AnalysisThreadHost } from "./analysisThread";
import { LatestQueue, type Taken } from "./latestQueue";
import type { AnalysisAnswer } from "./messages";

/** A crash may be the fault of what went before; a second one is taken for the document's. */
const ATTEMPTS = 2;

export interface AnalysesHost extends AnalysisThreadHost {
  /** Texts by path of the open documents that a document is analysed with, and its own. */
  openTexts(file: string): ReadonlyMap<string, string>;
}

export class Analyses {
  readonly #queue = new LatestQueue<AnalysisAnswer>();
  readonly #thread: AnalysisThread;
  #working = false;
  #disposed = false;

  constructor(readonly host: AnalysesHost) {
    this.#thread = new AnalysisThread(host);
  }

  /** True once a document was analysed or tried to. */
  get isStarted(): boolean {
    return this.#thread.isStarted;
  }

  /** Findings in `file` as it is when its turn comes. Rejects with what an editor understands as cancelled. */
  diagnose(file: string, token: CancellationToken): Promise<AnalysisAnswer> {
    if (this.#disposed) return Promise.reject(ending());
    const answer = this.#queue.add(file, token);
    if (!this.#working) void this.#work();
    return answer;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (let job = this.#queue.take(); job !== undefined; job = this.#queue.take()) job.fail(ending());
    await this.#thread.dispose();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let job = this.#queue.take(); job !== undefined; job = this.#queue.take()) await this.#answer(job);
    this.#working = false;
  }

  /** Never rejects: whatever happens is told to those who wait. */
  async #answer(job: Taken<AnalysisAnswer>): Promise<void> {
    for (let attempt = 1; !job.isAbandoned; attempt += 1) {
      try {
        return job.settle(await this.#thread.run({ file: job.key, open: this.host.openTexts(job.key) }));
      } catch (error) {
        if (this.#disposed) return job.fail(ending());
        const why = error instanceof Error ? error.message : String(error);
        if (attempt === ATTEMPTS) return job.settle({ type: "failed", message: why });
      }
    }
  }
}

function ending(): ResponseError<{ retriggerRequest: boolean }> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, "The language server is ending.", {
    retriggerRequest: false,
  });
}
