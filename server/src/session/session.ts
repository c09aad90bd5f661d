/** What the worker holds at most one of: a recording that runs or one that is being, or was, read. */
import type { SessionState } from "#protocol/session";
import type { RecorderEvents } from "../record/handle";
import type { FrameWindow } from "../trace/frame";
import type { Trace } from "../trace/trace";

export interface Session {
  readonly trace: Trace;
  /** What a snapshot shows while the session goes on. */
  readonly window: FrameWindow;
  /** Ends what goes on; resolves with the complete file, or null when there is none. */
  stop(): Promise<string | null>;
}

/** Where a session tells what happens. */
export interface SessionHost {
  /** Somebody looks at frames. */
  readonly visible: boolean;
  state(state: SessionState): void;
  event<E extends Exclude<keyof RecorderEvents, "state">>(event: E, value: RecorderEvents[E]): void;
}
