/**
 * The recent ioctls of each thread that may have woken somebody. A thread is in one ioctl at a time, so "who woke this
 * fault, doing what" is a binary search among the waker's calls, not a guess from overlapping ranges.
 */
import type { WaiterRole } from "./ops";

/** An ioctl as the linker needs it; pages are numbers, `endPage` exclusive. */
export interface Call {
  readonly beginNs: number;
  readonly endNs: number;
  readonly pid: number;
  readonly fd: number;
  readonly role: WaiterRole;
  /** False with DONTWAKE: the page is there, the waiters sleep on. */
  readonly wakes: boolean;
  readonly startPage: number;
  /** Exclusive. */
  readonly endPage: number;
}

const ROLES: readonly WaiterRole[] = ["none", "page", "wake", "release"];
const ROLE_CODES: Readonly<Record<WaiterRole, number>> = { none: 0, page: 2, wake: 4, release: 6 };
const FIRST_CAPACITY = 64;
const MAX_CAPACITY = 8192;
const MAX_THREADS = 10_000;
/** Numbers a call: begin, end, start page, end page, fd, role and wakes. */
const STRIDE = 6;
/** Calibration subtracts a constant from durations, so a wake may seem to lie just outside its call. */
export const TOLERANCE_NS = 2000;

/** The calls of one thread as a ring of plain numbers: an object an ioctl would cost more than the rest of the trace. */
class ThreadCalls {
  private data = new Float64Array(FIRST_CAPACITY * STRIDE);
  private count = 0;
  /** Slot of the oldest call once the ring is full. */
  private oldest = 0;

  constructor(readonly pid: number) {}

  add(
    beginNs: number,
    endNs: number,
    startPage: number,
    endPage: number,
    fd: number,
    role: WaiterRole,
    wakes: boolean,
  ): void {
    let slot = this.count;
    if (slot * STRIDE >= this.data.length) {
      if (this.count < MAX_CAPACITY) this.grow();
      else {
        slot = this.oldest;
        this.oldest = (this.oldest + 1) % MAX_CAPACITY;
      }
    }
    if (slot === this.count) this.count++;
    const at = slot * STRIDE;
    const d = this.data;
    d[at] = beginNs;
    d[at + 1] = endNs;
    d[at + 2] = startPage;
    d[at + 3] = endPage;
    d[at + 4] = fd;
    d[at + 5] = ROLE_CODES[role] + (wakes ? 1 : 0);
  }

  get newestBeginNs(): number {
    return this.count === 0 ? -1 : this.field(this.count - 1, 0);
  }

  /** The call that was running at `atNs` and covers `page`, or any page where it is not known. */
  find(atNs: number, page: number | undefined): Call | undefined {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.field(middle, 0) <= atNs + TOLERANCE_NS) low = middle + 1;
      else high = middle;
    }
    // The tolerance may reach over a short neighbour or two.
    for (let index = low - 1; index >= Math.max(0, low - 4); index--) {
      const covers = page === undefined || (this.field(index, 2) <= page && page < this.field(index, 3));
      if (covers && this.field(index, 1) + TOLERANCE_NS >= atNs) return this.call(index);
    }
    return undefined;
  }

  private field(index: number, field: number): number {
    const slot = this.count < MAX_CAPACITY ? index : (this.oldest + index) % MAX_CAPACITY;
    return this.data[slot * STRIDE + field] as number;
  }

  private call(index: number): Call {
    const packed = this.field(index, 5);
    return {
      beginNs: this.field(index, 0),
      endNs: this.field(index, 1),
      startPage: this.field(index, 2),
      endPage: this.field(index, 3),
      pid: this.pid,
      fd: this.field(index, 4),
      role: ROLES[packed >> 1] ?? "none",
      wakes: (packed & 1) === 1,
    };
  }

  private grow(): void {
    const larger = new Float64Array(this.data.length * 2);
    larger.set(this.data);
    this.data = larger;
  }
}

export class WakeHistory {
  private readonly threads = new Map<number, ThreadCalls>();

  /** The calls of a thread, to be added to in order of their begin, as a thread's calls come. */
  thread(pid: number, tid: number): ThreadCalls {
    const known = this.threads.get(tid);
    if (known?.pid === pid) return known;
    const oldest = this.threads.size >= MAX_THREADS ? this.threads.keys().next().value : undefined;
    if (oldest !== undefined) this.threads.delete(oldest);
    const fresh = new ThreadCalls(pid);
    this.threads.set(tid, fresh);
    return fresh;
  }

  /** The call in which thread `tid` was at `atNs`, if it covers `page`. */
  find(tid: number, atNs: number, page: number | undefined): Call | undefined {
    return this.threads.get(tid)?.find(atNs, page);
  }

  /** True when calls of `tid` that began after `atNs` have been seen: the one at `atNs` cannot come any more. */
  isPast(tid: number, atNs: number): boolean {
    return (this.threads.get(tid)?.newestBeginNs ?? -1) > atNs + TOLERANCE_NS;
  }
}
