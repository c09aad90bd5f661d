/** The figures of a recording: what `faultscope report --json` prints and what the panel shows. Times in nanoseconds. */

export const REPORT_VERSION = 1;

export interface LatencyNs {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export interface IoctlReport {
  /** Name after `UFFDIO_`; an unknown number is `0xNN`. */
  readonly op: string;
  readonly calls: number;
  /** Calls that returned 0. */
  readonly ok: number;
  /** Calls that failed with EAGAIN after part of the range was done. */
  readonly partial: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly latencyNs: LatencyNs | null;
}

export type Phase = "notify" | "service" | "resolve" | "resume";
export const PHASES: readonly Phase[] = ["notify", "service", "resolve", "resume"];

export interface FaultReport {
  readonly total: number;
  readonly missing: number;
  readonly wp: number;
  readonly minor: number;
  readonly read: number;
  readonly write: number;
  readonly resolved: number;
  readonly outstanding: number;
  /** Faults for which no message or no resolve could be found. Never guessed. */
  readonly unlinked: number;
  readonly latencyNs: LatencyNs | null;
  readonly phasesNs: Readonly<Record<Phase, LatencyNs | null>>;
}

export interface SiteReport {
  readonly file: string | null;
  readonly line: number | null;
  readonly function: string | null;
  /** Object file and offset, for sites without debug information. */
  readonly module: string | null;
  readonly op: string;
  readonly calls: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly latencyNs: LatencyNs | null;
}

export interface CauseReport {
  readonly kind: string;
  readonly timeNs: number;
  readonly pid: number;
  readonly tid: number;
  readonly file: string | null;
  readonly line: number | null;
}

export interface FindingReport {
  /** Diagnostic code; the lower-case errno where there is none for the cause. */
  readonly code: string;
  readonly count: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  /** Null when the record does not tell. A cause in the call's own arguments is the first such call itself. */
  readonly cause: CauseReport | null;
  /** The failed ioctl and the errno it returned; null for threads that wait. */
  readonly op: string | null;
  readonly errno: string | null;
  /** How sure the cause is; null without one. */
  readonly confidence: "certain" | "likely" | "possible" | null;
  readonly cure: string;
  /** Further causes that the record speaks for as well. */
  readonly alternatives: readonly (CauseReport & { readonly code: string })[];
}

export interface TracerReport {
  readonly kernel: string;
  readonly hooks: string;
  /** What a call and a fault take longer to the program than to us, measured at start; null when that failed. */
  readonly calibrationNs: { readonly ioctl: number; readonly fault: number } | null;
}

export interface Report {
  readonly version: typeof REPORT_VERSION;
  readonly durationNs: number;
  readonly events: number;
  readonly lost: number;
  readonly processes: readonly { readonly pid: number; readonly command: string }[];
  readonly ioctls: readonly IoctlReport[];
  readonly messages: Readonly<Record<string, number>>;
  readonly faults: FaultReport;
  readonly sites: readonly SiteReport[];
  readonly findings: readonly FindingReport[];
  /** How it was traced, and the tracer's own constants, which are subtracted already; null when the file does not say. */
  readonly tracer: TracerReport | null;
  /** Why there is nothing to see, or what limits the figures: whole sentences. */
  readonly notes: readonly string[];
}
