/** The server's session as the extension host knows it: the last state, progress and frame it was told. */
import type { Frame } from "#protocol/frames";
import type { ProgressMethod } from "#protocol/messages";
import type { SessionState } from "#protocol/session";
import { Signal } from "./signal";

export type Progress = ProgressMethod["params"];

export class SessionMirror {
  #state: SessionState = { phase: "idle" };
  #progress: Progress | undefined;
  readonly #changed = new Signal<SessionState>();
  readonly #progressed = new Signal<Progress>();
  readonly #framed = new Signal<Frame>();

  readonly onState = this.#changed.on;
  readonly onProgress = this.#progressed.on;
  readonly onFrame = this.#framed.on;

  get state(): SessionState {
    return this.#state;
  }

  /** Figures of the running recording, undefined before the first. */
  get progress(): Progress | undefined {
    return this.#progress;
  }

  /** File of the session, when it has one. */
  get file(): string | undefined {
    return fileOf(this.#state);
  }

  setState(state: SessionState): void {
    if (state.phase === "starting" || state.phase === "opening") this.#progress = undefined;
    this.#state = state;
    this.#changed.fire(state);
  }

  setProgress(progress: Progress): void {
    this.#progress = progress;
    this.#progressed.fire(progress);
  }

  setFrame(frame: Frame): void {
    this.#framed.fire(frame);
  }

  /**
   * The server has gone. A recording that ran is complete up to the last batch it wrote; anything else is simply over.
   * A state that does not depend on the server stays.
   */
  serverGone(): void {
    const { phase } = this.#state;
    if (phase === "idle" || phase === "recorded" || phase === "failed") return;
    const file = fileOf(this.#state);
    const what = file === undefined ? "Nothing was recorded." : `What was written until then is in ${file}.`;
    this.setState({
      phase: "failed",
      problem: {
        code: "server-gone",
        message: `The language server ended while it was ${WORDS[phase]}. ${what}`,
        remedy:
          file === undefined ? "Show the log for the reason, then try again." : "Open the recording, or attach again.",
      },
    });
  }
}

const WORDS = {
  starting: "attaching",
  recording: "recording",
  stopping: "finishing the recording",
  opening: "reading",
};

/** File a state speaks of. */
export function fileOf(state: SessionState): string | undefined {
  return "file" in state ? state.file : undefined;
}

/** True while the session may not be given to something else. */
export function isBusy(state: SessionState): boolean {
  return state.phase === "starting" || state.phase === "recording" || state.phase === "stopping";
}
