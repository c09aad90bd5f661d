/**
 * Puts rows into the order in which they happened. Rows come when calls ended, and those whose thread was preempted on
 * its way out come later still; a call counts from its begin. Nearly sorted, so each new one walks back a step or two.
 * Rows wait as plain numbers: an object for each would cost the collector more than all the rest of attribution.
 */
import type { BatchView } from "../batchView";
import { type Event, FAILED_CALL_ENDED } from "./event";

/** How long a row may be late; later ones are taken as they come. */
const SETTLE_NS = 20e6;
const MAX_WAITING = 65_536;
const FIRST_CAPACITY = 1024;
const STRIDE = 19;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: Event = {
  kind: 0,
  timeNs: 0,
  endNs: 0,
  wokenNs: 0,
  pid: 0,
  tid: 0,
  peer: 0,
  fd: 0,
  request: 0,
  errno: 0,
  address: 0,
  source: 0,
  length: 0,
  mode: 0,
  result: 0,
  site: 0,
  lowBits: 0,
  failed: 0,
};

export class Timeline {
  private data = new Float64Array(FIRST_CAPACITY * STRIDE);
  /** Slots in order of their time, from `head` on. */
  private order: number[] = [];
  private head = 0;
  private readonly free: number[] = [];
  private used = 0;
  private watermarkNs = 0;
  private failures = 0;
  /** The one event that is handed out again and again. */
  private readonly event: Mutable<Event> = { ...NOTHING };

  /** Time that has passed for sure. */
  get reachedNs(): number {
    return this.watermarkNs;
  }

  /** Time has passed until `nowNs` for sure. */
  reach(nowNs: number): void {
    if (nowNs > this.watermarkNs) this.watermarkNs = nowNs;
  }

  /** Adds a row that counts from its end (`ended`) or its begin; a failed call comes by again at its end. */
  add(view: BatchView, row: number, ended: boolean, failed: boolean): void {
    const timeNs = view.timeNs(row);
    const endNs = timeNs + view.durationNs(row);
    this.reach(endNs);
    const slot = this.slot();
    const at = slot * STRIDE;
    const d = this.data;
    d[at] = ended ? endNs : timeNs;
    d[at + 1] = view.kind[row] as number;
    d[at + 2] = timeNs;
    d[at + 3] = endNs;
    d[at + 4] = view.wokenNs(row);
    d[at + 5] = view.pid[row] as number;
    d[at + 6] = view.tid[row] as number;
    d[at + 7] = view.peer[row] as number;
    d[at + 8] = view.fd[row] as number;
    d[at + 9] = view.request[row] as number;
    d[at + 10] = view.errno[row] as number;
    d[at + 11] = view.address(row);
    d[at + 12] = view.source(row);
    d[at + 13] = view.length(row);
    d[at + 14] = view.mode(row);
    d[at + 15] = view.result(row);
    d[at + 16] = view.site[row] as number;
    d[at + 17] = view.lowBits(row);
    d[at + 18] = failed ? ++this.failures : 0;
    this.put(slot);
    if (failed) this.putEnd(endNs, this.failures);
  }

  /** Hands out what can have no predecessor any more; with `all`, the rest as well. The event is only lent. */
  drain(take: (event: Event) => void, all = false): void {
    const untilNs = this.watermarkNs - SETTLE_NS;
    while (this.head < this.order.length) {
      const slot = this.order[this.head] as number;
      const due = (this.data[slot * STRIDE] as number) <= untilNs;
      if (!all && !due && this.order.length - this.head <= MAX_WAITING) break;
      this.head++;
      this.load(slot);
      this.free.push(slot);
      take(this.event);
    }
    if (this.head === this.order.length) {
      this.order.length = 0;
      this.head = 0;
    } else if (this.head > 4096 && this.head * 2 > this.order.length) {
      this.order = this.order.slice(this.head);
      this.head = 0;
    }
  }

  private putEnd(endNs: number, failed: number): void {
    const slot = this.slot();
    const at = slot * STRIDE;
    this.data.fill(0, at, at + STRIDE);
    this.data[at] = endNs;
    this.data[at + 1] = FAILED_CALL_ENDED;
    this.data[at + 18] = failed;
    this.put(slot);
  }

  private put(slot: number): void {
    const { order, data, head } = this;
    const atNs = data[slot * STRIDE] as number;
    let index = order.length;
    order.push(slot);
    for (; index > head && (data[(order[index - 1] as number) * STRIDE] as number) > atNs; index--) {
      order[index] = order[index - 1] as number;
    }
    order[index] = slot;
  }

  private slot(): number {
    const freed = this.free.pop();
    if (freed !== undefined) return freed;
    if ((this.used + 1) * STRIDE > this.data.length) {
      const larger = new Float64Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    return this.used++;
  }

  private load(slot: number): void {
    const d = this.data;
    const at = slot * STRIDE;
    const e = this.event;
    e.kind = d[at + 1] as number;
    e.timeNs = d[at + 2] as number;
    e.endNs = d[at + 3] as number;
    e.wokenNs = d[at + 4] as number;
    e.pid = d[at + 5] as number;
    e.tid = d[at + 6] as number;
    e.peer = d[at + 7] as number;
    e.fd = d[at + 8] as number;
    e.request = d[at + 9] as number;
    e.errno = d[at + 10] as number;
    e.address = d[at + 11] as number;
    e.source = d[at + 12] as number;
    e.length = d[at + 13] as number;
    e.mode = d[at + 14] as number;
    e.result = d[at + 15] as number;
    e.site = d[at + 16] as number;
    e.lowBits = d[at + 17] as number;
    e.failed = d[at + 18] as number;
  }
}
