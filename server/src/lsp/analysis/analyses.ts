/** Answers questions about documents and workspaces from the analysis thread, one after the other. */
import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import { AnalysisThread, type AnalysisThreadHost } from "./analysisThread";
import { LatestQueue, type Taken } from "./latestQueue";
import type { AnalysisAnswer, AnalysisRequest } from "./messages";

/** A crash may be the fault of what went before; a second one is taken for the document's. */
const ATTEMPTS = 2;

export class Analyses {
  readonly #queue = new LatestQueue<AnalysisAnswer>();
  readonly #thread: AnalysisThread;
  /** What is asked, by key, made when its turn comes. */
  readonly #requests = new Map<string, () => AnalysisRequest>();
  #working = false;
  #disposed = false;
  #running: { readonly key: string; abandoned: boolean } | undefined;

  constructor(readonly host: AnalysisThreadHost) {
    this.#thread = new AnalysisThread(host);
  }

  /** True once something was analysed or tried to. */
  get isStarted(): boolean {
    return this.#thread.isStarted;
  }

  /**
   * The answer to a question. Questions with the same key join while they wait; the newest says what is asked, with
   * the texts as they are when its turn comes. Rejects with what an editor understands as cancelled.
   */
  ask(key: string, request: () => AnalysisRequest, token: CancellationToken): Promise<AnalysisAnswer> {
    if (this.#disposed) return Promise.reject(ending());
    this.#requests.set(key, request);
    const answer = this.#queue.add(key, token);
    if (!this.#working) void this.#work();
    return answer;
  }

  /** Ends the thread if it works on a question of this key; what else is asked goes to a new one. Says whether it did. */
  async interrupt(key: string): Promise<boolean> {
    if (this.#running?.key !== key) return false;
    this.#running.abandoned = true;
    await this.#thread.interrupt();
    return true;
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
    const request = this.#requests.get(job.key);
    this.#requests.delete(job.key);
    const running = { key: job.key, abandoned: false };
    this.#running = running;
    for (let attempt = 1; request !== undefined && !job.isAbandoned && !running.abandoned; attempt += 1) {
      try {
        return job.settle(await this.#thread.run(request()));
      } catch (error) {
        if (this.#disposed) return job.fail(ending());
        const why = error instanceof Error ? error.message : String(error);
        if (attempt === ATTEMPTS) return job.settle({ type: "failed", message: why });
      }
    }
    this.#running = undefined;
    job.fail(interrupted());
  }
}

function interrupted(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}

function ending(): ResponseError<{ retriggerRequest: boolean }> {
  return new ResponseError(LSPErrorCodes.ServerCancelled, "The language server is ending.", {
    retriggerRequest: false,
  });
}
