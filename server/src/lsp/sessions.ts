/**
 * Sessions for editors: the recorder's answers and events as messages of the protocol. One server has one session; a
 * recording that runs is never disturbed by another request, opening a file is cancelled by the next one.
 */
import type { Connection } from "vscode-languageserver";
import type { Frame } from "#protocol/frames";
import {
  Methods,
  type OpenMethod,
  type ProgressMethod,
  type SnapshotMethod,
  type StartMethod,
  type StartParams,
  type StateMethod,
  type StopMethod,
  type VisibleMethod,
} from "#protocol/messages";
import type { Problem, SessionState } from "#protocol/session";
import type { Progress, RecorderHandle, RecordParams } from "../record/handle";
import type { LazyRecorder } from "./lazyRecorder";
import { LatestLimiter } from "./limiter";
import { BUSY, unexpected } from "./problems";

/** Ten messages a second at most, whatever the recorder does. */
const INTERVAL_MS = 100;

export class Sessions {
  #visible = false;
  #wired = new WeakSet<RecorderHandle>();
  readonly #frames: LatestLimiter<Frame>;
  readonly #progress: LatestLimiter<Progress>;

  constructor(
    readonly connection: Connection,
    readonly recorder: LazyRecorder,
  ) {
    this.#frames = new LatestLimiter(INTERVAL_MS, (frame) => this.#notify(Methods.frame, frame));
    this.#progress = new LatestLimiter(INTERVAL_MS, (progress) => this.#notify(Methods.progress, toWire(progress)));
  }

  /** Answers the session methods from now on. */
  register(): void {
    const { connection } = this;
    connection.onRequest(Methods.start, (params: StartMethod["params"]) => this.start(params));
    connection.onRequest(Methods.stop, () => this.stop());
    connection.onRequest(Methods.open, (params: OpenMethod["params"]) => this.open(params.file));
    connection.onRequest(Methods.snapshot, () => this.snapshot());
    connection.onNotification(Methods.visible, (params: VisibleMethod["params"]) => this.setVisible(params.visible));
  }

  async start(params: StartParams): Promise<StartMethod["result"]> {
    return this.#attempt("Starting the recording", (recorder) => recorder.start(toRecordParams(params)));
  }

  async open(file: string): Promise<OpenMethod["result"]> {
    return this.#attempt(`Opening ${file}`, (recorder) => recorder.open(file));
  }

  async stop(): Promise<StopMethod["result"]> {
    return { file: (await this.recorder.current?.stop()) ?? null };
  }

  async snapshot(): Promise<SnapshotMethod["result"]> {
    const recorder = this.recorder.current;
    if (recorder === undefined) return { state: { phase: "idle" }, frame: null };
    // What waits in the limiter is older than the snapshot.
    this.#frames.clear();
    try {
      return await recorder.snapshot();
    } catch (error) {
      // The worker has died; the state it left behind says so.
      this.connection.console.error(`Snapshot: ${String(error)}`);
      return { state: recorder.state, frame: null };
    }
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    if (!visible) this.#frames.clear();
    this.recorder.current?.setVisible(visible);
  }

  /** Frees the recorder for `work` and answers with its problem; an exception becomes one. */
  async #attempt(
    what: string,
    work: (recorder: RecorderHandle) => Promise<Problem | null>,
  ): Promise<StartMethod["result"]> {
    let recorder: RecorderHandle | undefined;
    try {
      recorder = this.#wire(this.recorder.get());
      const { phase } = recorder.state;
      if (phase === "starting" || phase === "recording" || phase === "stopping") return { problem: BUSY };
      if (phase === "opening") await recorder.stop();
      return { problem: await work(recorder) };
    } catch (error) {
      this.connection.console.error(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
      // A worker that threw once may not be trusted again; nobody waits for its end.
      if (recorder !== undefined) this.#drop(recorder);
      return { problem: unexpected(what, error) };
    }
  }

  #drop(recorder: RecorderHandle): void {
    this.recorder.drop(recorder).catch((error: unknown) => this.connection.console.error(`Recorder: ${String(error)}`));
  }

  #wire(recorder: RecorderHandle): RecorderHandle {
    if (this.#wired.has(recorder)) return recorder;
    this.#wired.add(recorder);
    recorder.setVisible(this.#visible);
    recorder.on("state", (state) => this.#onState(state));
    recorder.on("frame", (frame) => {
      if (this.#visible) this.#frames.push(frame);
    });
    recorder.on("progress", (progress) => this.#progress.push(progress));
    recorder.on("programExit", ({ code, signal }) => {
      this.connection.console.info(`The launched program ended: ${signal ?? `exit code ${code}`}.`);
    });
    return recorder;
  }

  /** Figures first, so that a state which ends a recording comes after its last figures. */
  #onState(state: SessionState): void {
    this.#progress.flush();
    this.#frames.flush();
    this.#notify(Methods.state, state satisfies StateMethod["params"]);
  }

  #notify(method: string, params: unknown): void {
    this.connection.sendNotification(method, params).catch((error: unknown) => {
      // The editor has gone; the lifetime ends the process. Telling the editor is no longer possible.
      process.stderr.write(`${method} was not delivered: ${String(error)}\n`);
    });
  }
}

/** A launched program writes into the file the client names and reads nothing. */
export function toRecordParams(params: StartParams): RecordParams {
  return params.kind === "attach" ? params : { ...params, stdin: "ignore" };
}

function toWire({ elapsedNs, events, lost }: Progress): ProgressMethod["params"] {
  return { elapsedNs, events, lost };
}
