/** The state of one recording session, the only thing status bar, panel header and commands derive from. */

export interface Problem {
  /** Stable code, e.g. `no-privilege`. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what cures it. What is typed as it stands is between backticks. */
  readonly remedy: string;
  /** Shell commands that are the remedy, one after the other; each stands in `remedy`, too. Absent: there is none. */
  readonly commands?: readonly string[];
}

export interface SessionTarget {
  readonly pid: number;
  readonly command: string;
}

export type SessionState =
  | { readonly phase: "idle" }
  | { readonly phase: "starting"; readonly target: string }
  | {
      readonly phase: "recording";
      readonly targets: readonly SessionTarget[];
      readonly file: string;
      /** Wall clock at start, ms since the epoch: for the clock in the status bar. */
      readonly startedAtMs: number;
      readonly hooks: string;
      /** Why less than everything is seen, whole sentences; absent when the probe records. */
      readonly limits?: readonly string[];
    }
  | { readonly phase: "stopping"; readonly file: string }
  | { readonly phase: "opening"; readonly file: string; readonly readBytes: number; readonly totalBytes: number }
  | {
      readonly phase: "recorded";
      readonly file: string;
      readonly targets: readonly SessionTarget[];
      readonly durationNs: number;
      /** Why it ended, in words. */
      readonly ended: string;
    }
  | { readonly phase: "failed"; readonly problem: Problem };

/** A process that holds a userfaultfd. */
export interface Target {
  readonly pid: number;
  readonly command: string;
  readonly user: string;
  readonly fds: readonly number[];
  readonly registeredBytes: number;
  /** Faults that wait: unread plus read but not resolved. */
  readonly pendingFaults: number;
}

export interface TargetList {
  readonly targets: readonly Target[];
  /** Processes whose descriptors may not be read, and which may therefore hold one unseen. */
  readonly unreadable: number;
}

/** One thing tracing needs of the machine, and whether it is there. */
export interface DoctorCheck {
  /** What was looked at, a few words. */
  readonly name: string;
  /** `limited`: works, with something missing; `missing`: recording does not work without it. */
  readonly status: "ok" | "limited" | "missing";
  /** What was found, one sentence. */
  readonly detail: string;
  /** What cures it, empty when `ok`. A command line in it stands between backticks. */
  readonly remedy: string;
}
