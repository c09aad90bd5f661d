/** One address space as far as the record shows: its mappings, what happened to its pages, its forks. */
import { PageMap } from "./pageMap";
import { RangeMap } from "./rangeMap";

/** What is known of a page; the low bits of the numbers in `presence`. */
export const PageState = { Unknown: 0, Populated: 1, Emptied: 2, Marker: 3, Fresh: 4, Zero: 5 } as const;
const STATES = 8;

/** Number for a PageMap: later deeds are larger, the state rides along. */
export const stateOf = (value: number): number => value % STATES;
export const deedOf = (value: number): number => Math.floor(value / STATES);
export const pageValue = (deed: number, state: number): number => deed * STATES + state;

/** A mapping's attributes. What differs makes a border that MOVE does not cross; `deed` made it what it is. */
export interface Mapping {
  readonly protection: number;
  readonly shared: boolean;
  readonly file: boolean;
  readonly huge: boolean;
  readonly locked: boolean;
  /** Advice in force, as text: `huge=14 fork=10`. */
  readonly advice: string;
  readonly mapped: number;
  readonly protected: number;
  readonly lockedBy: number;
  readonly advised: number;
}

/** Who may report faults of a range. `ended`: the deed that took the registration away again. */
export interface Registration {
  readonly uffd: Uffd | undefined;
  readonly mode: number;
  readonly deed: number;
  readonly timeNs: number;
  readonly ended: number;
}

/** An interval of time in which something was in force. */
export interface Force {
  readonly fromNs: number;
  readonly toNs: number;
  readonly deed: number;
}

/** A reference on pages that lasts: of a ring that pinned them, or of a pipe they were spliced into. */
export interface Pin {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly fromNs: number;
  toNs: number;
  readonly fd: number;
  readonly spliced: boolean;
  readonly deed: number;
}

export interface Fork {
  readonly timeNs: number;
  readonly deed: number;
}

export interface Uffd {
  /** The memory it is about; undefined for one that came from a process we do not know. */
  space: Space | undefined;
  /** 0 for one that was there before. */
  readonly deed: number;
  features: number;
  /** Undefined when it may have been done before the recording. */
  handshake: number | undefined;
  /** Its creation was recorded, so nothing was done to it that we did not see. */
  readonly known: boolean;
  /** Its last descriptor was closed: its waiters were let go. */
  closed: boolean;
}

/** Forks beyond this many are forgotten, the oldest first: only the last one after a write is asked for. */
const MAX_FORKS = 4096;
const MAX_PINS = 1024;
/** A child's pages are known if its parent had at most this many chunks of 2 MiB. */
const CHILD_CHUNKS = 256;

export class Space {
  presence = new PageMap();
  /** Writes that made pages this process's own without filling a hole. */
  written = new PageMap();
  mappings = new RangeMap<Mapping>();
  readonly registrations = new RangeMap<Registration>();
  /** Kept from children (MADV_DONTFORK, MADV_WIPEONFORK). */
  keptFromChildren = new RangeMap<Force>();
  mergeable = new RangeMap<Force>();
  mergeAll: Force | undefined;
  readonly forks: Fork[] = [];
  /** Pages that ksmd merged. */
  merged = new PageMap();
  private readonly pins: Pin[] = [];
  /** mlockall(MCL_FUTURE) is in force. */
  locksFuture = 0;
  /** Processes that use it. */
  users = 0;
  /** The deed that ended the last of them. */
  exited = 0;

  /** `complete`: seen from its beginning, so what is not recorded did not happen. */
  constructor(readonly complete: boolean) {}

  addFork(fork: Fork): void {
    if (this.forks.length >= MAX_FORKS) this.forks.shift();
    this.forks.push(fork);
  }

  addPin(pin: Pin): void {
    if (this.pins.length >= MAX_PINS) this.pins.shift();
    this.pins.push(pin);
  }

  /** What the ring `fd` pinned is let go. */
  endPins(fd: number, atNs: number): void {
    for (const pin of this.pins) if (pin.fd === fd) pin.toNs = Math.min(pin.toNs, atNs);
  }

  /** What held `page` some time in [fromNs, untilNs]. */
  pinAt(page: number, fromNs: number, untilNs: number): Pin | undefined {
    return this.pins.find((pin) => pin.start <= page && page < pin.end && pin.fromNs <= untilNs && pin.toNs >= fromNs);
  }

  /** The last fork in (afterNs, untilNs] that took `page` along. */
  lastFork(page: number, afterNs: number, untilNs: number): Fork | undefined {
    const kept = this.keptFromChildren.at(page)?.value;
    for (let index = this.forks.length - 1; index >= 0; index--) {
      const fork = this.forks[index] as Fork;
      if (fork.timeNs <= afterNs) return undefined;
      if (fork.timeNs > untilNs) continue;
      if (kept && kept.fromNs < fork.timeNs && fork.timeNs <= kept.toNs) continue;
      return fork;
    }
    return undefined;
  }

  /** What a child made by fork(2) has: copies of it all, shared pages, no registrations. */
  child(fork: Fork): Space {
    const child = new Space(this.complete);
    child.presence = this.presence.fork(CHILD_CHUNKS);
    child.written = this.written.fork(CHILD_CHUNKS);
    child.mappings = this.mappings.copy();
    child.keptFromChildren = this.keptFromChildren.copy();
    child.mergeable = this.mergeable.copy();
    child.mergeAll = this.mergeAll;
    child.merged = this.merged.fork(CHILD_CHUNKS);
    child.addFork(fork);
    return child;
  }
}
