/**
 * Every LSP message that is Faultscope's own. Each says who sends it to whom and when.
 * `docs/protocol.md` describes them; a test fails when it lags behind this file.
 */
import type { Frame } from "./frames";
import type { DoctorCheck, Problem, SessionState, TargetList } from "./session";

/** Grows when a message changes incompatibly; client and server compare it in `initialize`. */
export const PROTOCOL_VERSION = 1;

/** What the client sends as `initializationOptions`. An editor that sends none gets diagnostics. */
export interface ClientOptions {
  readonly protocolVersion: number;
  /** Command that starts the probe instead of the bundled one; a setting of machine scope. Empty: the bundled probe. */
  readonly probeCommand: readonly string[];
}

/** Client → server, request. When the picker or the ready view needs the processes that hold a userfaultfd. */
export interface TargetsMethod {
  readonly method: "faultscope/targets";
  readonly params: null;
  readonly result: TargetList;
}

/** Client → server, request. When the user asks what this machine allows. */
export interface DoctorMethod {
  readonly method: "faultscope/doctor";
  readonly params: null;
  readonly result: { readonly checks: readonly DoctorCheck[] };
}

export type StartParams =
  | { readonly kind: "attach"; readonly pids: readonly number[]; readonly file: string }
  | {
      readonly kind: "launch";
      readonly command: string;
      readonly args: readonly string[];
      readonly cwd: string;
      readonly file: string;
      /** File that gets the program's stdout and stderr. */
      readonly output: string;
    };

/** Client → server, request. When the user attaches or launches. Fails as `{ problem }`, never as an LSP error. */
export interface StartMethod {
  readonly method: "faultscope/start";
  readonly params: StartParams;
  readonly result: { readonly problem: Problem | null };
}

/** Client → server, request. When the user stops; answered when the file is complete. */
export interface StopMethod {
  readonly method: "faultscope/stop";
  readonly params: null;
  readonly result: { readonly file: string | null };
}

/** Client → server, request. When the user opens a recording. */
export interface OpenMethod {
  readonly method: "faultscope/open";
  readonly params: { readonly file: string };
  readonly result: { readonly problem: Problem | null };
}

/** Client → server, request. When the user wants the whole workspace checked; answered when the findings are there. */
export interface CheckMethod {
  readonly method: "faultscope/check";
  readonly params: { readonly workDoneToken?: string | number } | null;
  readonly result: { readonly summary: string; readonly problems: readonly string[] };
}

/** Client → server, notification. When the panel appears or disappears: frames flow to visible views only. */
export interface VisibleMethod {
  readonly method: "faultscope/visible";
  readonly params: { readonly visible: boolean };
}

/** Client → server, request. When a view becomes visible or saw a gap in `sequence`: the current frame, or null. */
export interface SnapshotMethod {
  readonly method: "faultscope/snapshot";
  readonly params: null;
  readonly result: { readonly state: SessionState; readonly frame: Frame | null };
}

/** Server → client, notification. When the session's state changed. */
export interface StateMethod {
  readonly method: "faultscope/state";
  readonly params: SessionState;
}

/** Server → client, notification. At most ten a second while recording: what the status bar needs, always sent. */
export interface ProgressMethod {
  readonly method: "faultscope/progress";
  readonly params: { readonly elapsedNs: number; readonly events: number; readonly lost: number };
}

/** Server → client, notification. At most ten a second, while a view is visible. */
export interface FrameMethod {
  readonly method: "faultscope/frame";
  readonly params: Frame;
}

/** Names of all methods, for registration on both sides. */
export const Methods = {
  targets: "faultscope/targets",
  doctor: "faultscope/doctor",
  start: "faultscope/start",
  stop: "faultscope/stop",
  open: "faultscope/open",
  check: "faultscope/check",
  visible: "faultscope/visible",
  snapshot: "faultscope/snapshot",
  state: "faultscope/state",
  progress: "faultscope/progress",
  frame: "faultscope/frame",
} as const;
