/** What the native addon (`native/addon`) offers; it is loaded only by the recorder's worker thread and by `targets`. */
import type { Columns } from "../recording/schema";

export interface AttachOptions {
  /** Command that runs the probe: its path, or e.g. ["sudo", "-n", path]. Never taken from workspace settings. */
  readonly probe: readonly string[];
  readonly pids: readonly number[];
  readonly ringBytes: number;
  /**
   * `syscall`: hooks on the ioctl and read tracepoints only (least cost for the rest of the machine, needs tracefs).
   * `raw`: hooks on every system call's entry and exit (needs no tracefs). `auto` prefers `syscall`.
   */
  readonly hooks: "auto" | "syscall" | "raw";
  /** Refuse a process that neither holds a userfaultfd nor has a range registered with one; not for one about to run. */
  readonly requireUserfaultfd?: boolean;
}

export interface PreloadOptions {
  /** The process that will become the program; it has not begun it yet. */
  readonly pid: number;
  /** Path of the preload library. */
  readonly library: string;
  readonly ringBytes: number;
}

/** Raw material of a call site: what the symbolizer needs to unwind it. */
export interface SiteSample {
  readonly site: number;
  readonly pid: number;
  readonly tid: number;
  /** x86-64: ip, sp, bp, bx, r12, r13, r14, r15 as little-endian u64. */
  readonly registers: Uint8Array;
  /** Bytes from sp upwards. */
  readonly stack: Uint8Array;
}

export interface Losses {
  /** Events the ring had no room for. */
  readonly ring: number;
  /** Events dropped in BPF because per-thread state was taken by another thread. */
  readonly state: number;
  /** Ring records the addon could not decode. */
  readonly decode: number;
  /** Messages of a batch read that could not be read from the reader's buffer. */
  readonly messages: number;
  /** Calls whose site could not be remembered; their rows carry site 0. */
  readonly sites: number;
  /** Children that could not be followed. */
  readonly children: number;
  /** At most so many events the kernel itself skipped: it counts them for the whole machine (Linux 7.2 and later). */
  readonly skipped: number;
  /** Events whose thread died while it wrote them (preload only). */
  readonly writers: number;
  /** Page-fault events the kernel had no room for (preload only). */
  readonly faults: number;
}

export interface ProbeSession {
  /** CLOCK_MONOTONIC at attach, ns; the columns' times are relative to it. */
  readonly startNs: bigint;
  /** In words, which hooks the probe attached. */
  readonly hooks: string;
  /** Constants measured at start and already subtracted from the rows, ns; undefined if that was not possible. */
  readonly calibration?: { readonly ioctlNs: number; readonly faultNs: number } | undefined;
  /**
   * Appends decoded events to `columns` from row `from` on; stops when they are full or the ring is empty.
   * Returns the new number of rows. Texts of the rows (names) come in `texts` as row → string.
   */
  drain(columns: Columns, from: number, texts: Map<number, string>): number;
  /** Call sites first seen since the last call. */
  takeSites(): SiteSample[];
  losses(): Losses;
  /** False once the probe has gone; the reason is in `ended`. */
  readonly alive: boolean;
  readonly ended?: string | undefined;
  /** Detaches: the probe flushes what is outstanding (Waiting rows) and exits. Drain once more, then `close`. */
  stop(): void;
  close(): void;
}

/** A session without privilege: a library in the traced program writes the events. */
export interface PreloadSession extends ProbeSession {
  /** What the program's environment must hold in FAULTSCOPE_RING. */
  readonly ringName: string;
  /** How many programs have loaded the library so far. */
  readonly loaded: number;
  /** Why page faults are not seen, part of a sentence; undefined when they are. */
  readonly faultless?: string | undefined;
}

/** An error of attach: `code` is stable, `message` one sentence, `remedy` what the user can do. */
export interface AttachError extends Error {
  readonly code:
    | "no-process"
    | "no-userfaultfd"
    | "no-privilege"
    | "no-tracefs"
    | "no-bpf"
    | "already-traced"
    | "target-exited"
    | "probe-missing"
    | "probe-failed"
    | "preload-failed";
  readonly remedy: string;
}

export interface Addon {
  /** Starts the probe and waits until it is attached. Throws AttachError. Blocks: call it in the worker. */
  attach(options: AttachOptions): ProbeSession;
  /** Makes the ring and watches the process's faults from its next exec on. Throws AttachError. */
  preload(options: PreloadOptions): PreloadSession;
  /** CLOCK_MONOTONIC, ns: the clock of all times in a recording. */
  clockNs(): bigint;
  readonly pageSize: number;
}
