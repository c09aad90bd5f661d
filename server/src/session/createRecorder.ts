/** The main thread's side of a recorder: requests to the worker thread, events from it. */
import { Worker } from "node:worker_threads";
import type { Problem, SessionState } from "#protocol/session";
import type { RecorderEvents, RecorderHandle, RecorderPaths } from "../record/handle";
import type { Reply, RequestName, Requests } from "./messages";

type Listener<E extends keyof RecorderEvents> = (value: RecorderEvents[E]) => void;
type Listeners = { readonly [E in keyof RecorderEvents]: Set<Listener<E>> };

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

class WorkerRecorder implements RecorderHandle {
  state: SessionState = { phase: "idle" };
  programPid: number | undefined;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners: Listeners = {
    state: new Set(),
    frame: new Set(),
    progress: new Set(),
    programExit: new Set(),
  };
  private lastId = 0;
  private ended: Error | undefined;

  constructor(paths: RecorderPaths) {
    this.worker = new Worker(paths.worker, { workerData: paths, name: "faultscope-recorder" });
    this.worker.on("message", (reply: Reply) => this.receive(reply));
    this.worker.on("error", (error) => this.fail(error));
    this.worker.on("exit", () => this.fail(new Error("The recorder's worker thread has ended.")));
  }

  start(params: Requests["start"]["params"]): Promise<Problem | null> {
    return this.ask("start", params);
  }

  open(file: string): Promise<Problem | null> {
    return this.ask("open", file);
  }

  stop(): Promise<string | null> {
    return this.ask("stop", null);
  }

  setVisible(visible: boolean): void {
    // A worker that has ended has told so already; visibility of nothing is no error.
    this.ask("setVisible", visible).catch(() => undefined);
  }

  snapshot(): Promise<Requests["snapshot"]["result"]> {
    return this.ask("snapshot", null);
  }

  report(): Promise<Requests["report"]["result"]> {
    return this.ask("report", null);
  }

  on<E extends keyof RecorderEvents>(event: E, listener: Listener<E>): () => void {
    this.listeners[event].add(listener);
    return () => this.listeners[event].delete(listener);
  }

  async dispose(): Promise<void> {
    if (this.ended) return;
    try {
      await this.stop();
    } finally {
      this.ended = new Error("The recorder is disposed of.");
      await this.worker.terminate();
    }
  }

  private ask<N extends RequestName>(name: N, params: Requests[N]["params"]): Promise<Requests[N]["result"]> {
    if (this.ended) return Promise.reject(this.ended);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      this.worker.postMessage({ id, name, params });
    });
  }

  private receive(reply: Reply): void {
    switch (reply.type) {
      case "reply":
        this.waiting.get(reply.id)?.resolve(reply.result as never);
        this.waiting.delete(reply.id);
        break;
      case "error":
        this.waiting.get(reply.id)?.reject(new Error(reply.message));
        this.waiting.delete(reply.id);
        break;
      case "program":
        this.programPid = reply.pid;
        break;
      case "event":
        if (reply.event === "state") this.state = reply.value as SessionState;
        for (const listener of this.listeners[reply.event]) (listener as (value: unknown) => void)(reply.value);
        break;
    }
  }

  /** The worker ended unasked: whoever waits is told, and the state says so. */
  private fail(error: Error): void {
    if (this.ended) return;
    this.ended = error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    const problem: Problem = {
      code: "internal",
      message: `The recorder has failed: ${error.message}`,
      remedy: "What was recorded until then is in the file; open it, or record again.",
    };
    this.receive({ type: "event", event: "state", value: { phase: "failed", problem } });
  }
}

/** Starts a recorder with a worker thread of its own; `dispose` it. */
export function createRecorder(paths: RecorderPaths): RecorderHandle {
  return new WorkerRecorder(paths);
}
