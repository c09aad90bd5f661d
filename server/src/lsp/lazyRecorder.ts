/** Makes the recorder, and with it the worker thread, when a session first needs it: editing sources needs none. */
import type { RecorderHandle } from "../record/handle";

export class LazyRecorder {
  #recorder: RecorderHandle | undefined;
  #disposed: Promise<void> | undefined;

  constructor(readonly create: () => RecorderHandle) {}

  /** The recorder if there is one yet. */
  get current(): RecorderHandle | undefined {
    return this.#recorder;
  }

  /** The recorder, made now if need be. Throws once the server is ending. */
  get(): RecorderHandle {
    if (this.#disposed !== undefined) throw new Error("The language server is ending.");
    this.#recorder ??= this.create();
    return this.#recorder;
  }

  /** Lets go of a recorder that failed; the next `get` makes another. */
  async drop(recorder: RecorderHandle): Promise<void> {
    if (this.#recorder !== recorder) return;
    this.#recorder = undefined;
    await recorder.dispose();
  }

  /** Completes a running recording and ends the worker; every call waits for the same end. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#recorder?.dispose() ?? Promise.resolve();
    return this.#disposed;
  }
}
