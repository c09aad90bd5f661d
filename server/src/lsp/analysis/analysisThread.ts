/** The worker thread that analyses: started when first needed, started again after a crash, with growing pauses. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { AnalysisAnswer, AnalysisReply, AnalysisRequest, CheckProgress } from "./messages";

/** A workspace that needs more ends this thread, and not the server with the recording in it. */
const MAX_HEAP_MB = 1024;
const LONGEST_PAUSE_MS = 30_000;

export interface AnalysisThreadHost {
  /** The bundled worker, `dist/analysis.cjs`. */
  readonly workerFile: string;
  /** Pause after a first crash, ms; each crash that follows without an answer between doubles it. */
  readonly pauseMs: number;
  warn(message: string): void;
  /** How far a check of the workspace has come. */
  progress(progress: CheckProgress): void;
}

export class AnalysisThread {
  #worker: Worker | undefined;
  #asked: { resolve(answer: AnalysisAnswer): void; reject(reason: Error): void } | undefined;
  #crashes = 0;
  #startAtMs = 0;
  #wasStarted = false;
  readonly #ending = new AbortController();

  constructor(readonly host: AnalysisThreadHost) {}

  /** True once a worker was needed. */
  get isStarted(): boolean {
    return this.#wasStarted;
  }

  /** Asks the worker, one request at a time. Rejects when it crashed over it, and when this object is disposed of. */
  async run(request: AnalysisRequest): Promise<AnalysisAnswer> {
    const pauseMs = this.#startAtMs - Date.now();
    if (pauseMs > 0) await sleep(pauseMs, undefined, { ref: false, signal: this.#ending.signal });
    this.#ending.signal.throwIfAborted();
    this.#worker ??= this.#start();
    this.#wasStarted = true;
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      worker.postMessage(request);
    });
  }

  /** Ends the worker in the middle of its work, which rejects; the next question starts another. */
  async interrupt(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#asked?.reject(new Error("The analysis was interrupted."));
    this.#asked = undefined;
    await worker?.terminate();
  }

  async dispose(): Promise<void> {
    this.#ending.abort();
    await this.interrupt();
  }

  #start(): Worker {
    const worker = new Worker(this.host.workerFile, {
      name: "faultscope-analysis",
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    // What an interrupted worker had still to say is of no use to whoever asks its successor.
    worker.on("message", (reply: AnalysisReply) => {
      if (this.#worker === worker) this.#receive(reply);
    });
    worker.on("error", (error) => this.#onCrash(worker, error.message));
    worker.on("exit", (code) => this.#onCrash(worker, `its thread ended with code ${code}`));
    return worker;
  }

  #receive(reply: AnalysisReply): void {
    if (reply.type === "warning") {
      this.host.warn(reply.message);
      return;
    }
    if (reply.type === "progress") {
      this.host.progress(reply);
      return;
    }
    this.#crashes = 0;
    this.#asked?.resolve(reply);
    this.#asked = undefined;
  }

  /** An exit follows an error; only the first of the two counts. */
  #onCrash(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const pauseMs = Math.min(this.host.pauseMs * 2 ** this.#crashes, LONGEST_PAUSE_MS);
    this.#crashes += 1;
    this.#startAtMs = Date.now() + pauseMs;
    this.host.warn(`The analysis of sources has crashed: ${why}. It may start again after ${pauseMs} ms.`);
    this.#asked?.reject(new Error(why));
    this.#asked = undefined;
  }
}
