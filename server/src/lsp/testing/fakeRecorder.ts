/** A recorder for tests: does what the test says, remembers what it was told. */
import type { Frame } from "#protocol/frames";
import type { Problem, SessionState } from "#protocol/session";
import type { RecorderEvents, RecorderHandle, RecordParams, Snapshot } from "../../record/handle";

type Listeners = { [E in keyof RecorderEvents]: Set<(value: RecorderEvents[E]) => void> };

export class FakeRecorder implements RecorderHandle {
  state: SessionState = { phase: "idle" };
  programPid: number | undefined;
  /** Calls in the order they came, in words. */
  readonly calls: string[] = [];
  /** What `start` and `open` answer next. */
  problem: Problem | null = null;
  /** Thrown by the next `start` or `open`. */
  failure: Error | undefined;
  frame: Frame | null = null;
  started: RecordParams | undefined;
  readonly #listeners: Listeners = { state: new Set(), frame: new Set(), progress: new Set(), programExit: new Set() };

  emit<E extends keyof RecorderEvents>(event: E, value: RecorderEvents[E]): void {
    if (event === "state") this.state = value as SessionState;
    for (const listener of this.#listeners[event]) listener(value);
  }

  on<E extends keyof RecorderEvents>(event: E, listener: (value: RecorderEvents[E]) => void): () => void {
    this.#listeners[event].add(listener);
    return () => this.#listeners[event].delete(listener);
  }

  async start(params: RecordParams): Promise<Problem | null> {
    this.calls.push(`start ${params.kind}`);
    this.started = params;
    this.#fail();
    if (this.problem !== null) return this.problem;
    const targets = params.kind === "attach" ? params.pids.map((pid) => ({ pid, command: "compactor" })) : [];
    this.emit("state", { phase: "recording", targets, file: params.file, startedAtMs: 1000, hooks: "fake" });
    return null;
  }

  async open(file: string): Promise<Problem | null> {
    this.calls.push(`open ${file}`);
    this.#fail();
    if (this.problem !== null) return this.problem;
    this.emit("state", { phase: "recorded", targets: [], file, durationNs: 5, ended: "stopped" });
    return null;
  }

  async stop(): Promise<string | null> {
    this.calls.push("stop");
    const file = "file" in this.state ? this.state.file : null;
    if (file !== null) this.emit("state", { phase: "recorded", targets: [], file, durationNs: 7, ended: "stopped" });
    return file;
  }

  setVisible(visible: boolean): void {
    this.calls.push(`visible ${visible}`);
  }

  async snapshot(): Promise<Snapshot> {
    return { state: this.state, frame: this.frame };
  }

  async report(): Promise<null> {
    return null;
  }

  async dispose(): Promise<void> {
    this.calls.push("dispose");
  }

  #fail(): void {
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}
