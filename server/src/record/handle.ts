/**
 * One recorder as the rims see it: the language server and the command line hold a `RecorderHandle` each; the work is
 * done in a worker thread (`worker.ts`), so neither typing nor drawing ever waits for it.
 */
import type { Frame } from "#protocol/frames";
import type { Report } from "#protocol/report";
import type { Problem, SessionState } from "#protocol/session";

export interface RecorderPaths {
  /** The bundled worker, `dist/recorder.cjs`. */
  readonly worker: string;
  /** Folder of the native parts, `dist/native`: addon.node, probe, symbolizer. */
  readonly native: string;
  /**
   * Command that starts the probe when it must not be `<native>/probe` itself, e.g. ["sudo", "-n", "/…/probe"].
   * Comes from the user's own choice, never from workspace settings.
   */
  readonly probe?: readonly string[];
}

/** What to record. Limits apply to either kind. */
export type RecordParams = (
  | { readonly kind: "attach"; readonly pids: readonly number[] }
  | {
      readonly kind: "launch";
      readonly command: string;
      readonly args: readonly string[];
      readonly cwd: string;
      /** File that gets the program's stdout and stderr; without it they are inherited. A pipe would tie its life to ours. */
      readonly output?: string;
      /** The program's stdout goes to stderr, because ours is taken by results. */
      readonly stdoutToStderr?: boolean;
      /** What the program's stdin is: inherited by the command line, nothing for an editor. */
      readonly stdin: "inherit" | "ignore";
      /** How it is traced; `auto`, the default: by the probe where it may, otherwise by the preload library. */
      readonly via?: Via;
    }
) & {
  /** Path of the recording to write. An existing file is replaced only if it is a recording. */
  readonly file: string;
  readonly limits?: RecordLimits;
};

export type Via = "auto" | "probe" | "preload";

export interface RecordLimits {
  readonly durationS?: number;
  readonly maxBytes?: number;
  /** Flight recorder: so many bytes of the latest rows are kept in memory; the file is written at the end. */
  readonly keepBytes?: number;
  /** Ends when so many calls failed within a second. */
  readonly failuresPerS?: number;
  /** Ends when a fault has waited for so long. */
  readonly stuckS?: number;
}

/** What the status bar and the progress line need; at most ten a second. */
export interface Progress {
  readonly elapsedNs: number;
  readonly events: number;
  readonly lost: number;
  readonly fileBytes: number;
  /** The busiest ioctl so far and its latency, null before the first call. */
  readonly busiest: {
    readonly op: string;
    readonly callsPerS: number;
    readonly p50Ns: number;
    readonly p99Ns: number;
  } | null;
}

/** How a launched program ended: exactly one of the two is set. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: string | null;
}

export interface Snapshot {
  readonly state: SessionState;
  readonly frame: Frame | null;
}

export interface RecorderEvents {
  readonly state: SessionState;
  readonly frame: Frame;
  readonly progress: Progress;
  /** The launched program ended. */
  readonly programExit: ExitStatus;
}

export interface RecorderHandle {
  /** The last state the worker reported. */
  readonly state: SessionState;
  /** Pid of the launched program, once it is started. */
  readonly programPid: number | undefined;
  /** Starts recording. Resolves when tracing is attached (null) or cannot be (the problem; state is then `failed`). */
  start(params: RecordParams): Promise<Problem | null>;
  /** Reads a recording; `opening` states report progress. Resolves when it is complete, failed or cancelled by `stop`. */
  open(file: string): Promise<Problem | null>;
  /** Ends the recording or cancels opening. Resolves with the complete file, or null if there was nothing to stop. */
  stop(): Promise<string | null>;
  /** Frames are sent only while visible, at most ten a second. */
  setVisible(visible: boolean): void;
  /** State and current frame, whether visible or not. */
  snapshot(): Promise<Snapshot>;
  /** The figures of the recording so far, null when there is none. */
  report(): Promise<Report | null>;
  /** Subscribes; the returned function unsubscribes. */
  on<E extends keyof RecorderEvents>(event: E, listener: (value: RecorderEvents[E]) => void): () => void;
  /** Stops, waits until the file is complete, ends the worker. */
  dispose(): Promise<void>;
}
