/**
 * Puts the life of each fault together: the trap and its end (Fault rows), the message that told of it, the ioctl that
 * ended it. The waker and the instant of the wake are known from the kernel, so the ioctl is looked up, not guessed;
 * what cannot be found is counted as unlinked.
 */
import { type FaultKind, faultKind, PAGEFAULT_FLAGS } from "../uffd/messages";
import type { BatchView } from "./batchView";
import { type Delivered, DeliveredMessages } from "./delivered";
import { phasesOf } from "./faultLife";
import { FaultStats, type What } from "./faultStats";
import { doneBytes, type OpTraits } from "./ops";
import { RegisteredRanges } from "./ranges";
import { wakeBefore } from "./unseenWake";
import { type Call, TOLERANCE_NS, WakeHistory } from "./wakeHistory";

/** How long a completed fault waits for the rows of other threads that belong to its life. */
const SETTLE_NS = 20e6;
/** After this long the waker's ioctl does not come any more; a message without a fault had none. */
const GIVE_UP_NS = 2e9;
/** Faults whose messages are read this early may have been raised before recording began. */
const BEGINNING_NS = 100e6;
const MAX_PENDING = 65_536;
/** Shared until a call comes: most messages are taken before they need a list of their own. */
const NO_CALLS: Call[] = [];

/** Bits of the x86 page-fault error code. */
const CODE_PRESENT = 1;
const CODE_WRITE = 2;
/** UFFDIO_REGISTER_MODE_MISSING and _MINOR, to tell a fault's kind without a message. */
const MODE_MISSING = 1;
const MODE_MINOR = 4;

/** `request` of a Fault row whose page the kernel looked up itself. */
const GUP = 2;

interface Trapped {
  readonly pid: number;
  readonly tid: number;
  /** Undefined for a page that the kernel looked up without a trap (GUP). */
  readonly page: number | undefined;
  readonly raisedNs: number;
  /** When it ran again, or when the recording ended. */
  readonly endNs: number;
  /** Undefined when nobody was seen to wake it. */
  wokenNs: number | undefined;
  readonly waker: number;
  readonly code: number;
  readonly waiting: boolean;
  call: Call | undefined;
}

export class FaultLinker {
  readonly stats: FaultStats;
  /** The recorder sees no wakes, and all faults in registered ranges instead of those that slept (`unseenWake.ts`). */
  wakesUnseen = false;
  readonly ranges = new RegisteredRanges();
  /** Where the rows begin: not at 0 where a flight recorder let go of what came before. */
  beganNs = 0;
  private readonly wakes = new WakeHistory();
  private readonly delivered = new DeliveredMessages();
  private pending: Trapped[] = [];
  private pageShift = 12;
  private pageBytes = 4096;
  private watermarkNs = 0;
  private sweptNs = 0;
  /** A PAGEFAULT named its thread by the tid we know: no pid namespace lies between. */
  private threadIdsAgree = false;
  /** Once something was lost, the absence of a message proves nothing. */
  private lossless = true;

  /** `onEnd` is told when each userfault ended. */
  constructor(onEnd: (endNs: number) => void = () => undefined) {
    this.stats = new FaultStats(onEnd);
  }

  /** Messages that could not be kept; figures about faults are then too low. */
  get dropped(): number {
    return this.delivered.dropped;
  }

  noteLoss(): void {
    this.lossless = false;
  }

  /** Page size of the recorded machine, a power of two. */
  setPageBytes(bytes: number): void {
    this.pageBytes = bytes;
    this.pageShift = Math.log2(bytes);
  }

  /** An ioctl row: registration, or what ends waits. */
  addCall(traits: OpTraits, view: BatchView, row: number): void {
    const beginNs = view.timeNs(row);
    const endNs = beginNs + view.durationNs(row);
    const pid = view.pid[row] as number;
    const errno = view.errno[row] as number;
    const done = doneBytes(traits, errno, view.length(row), view.result(row));
    this.watermarkNs = Math.max(this.watermarkNs, endNs);
    if (done <= 0) return;
    const startPage = view.page(row, this.pageShift);
    const endPage = startPage + Math.ceil(done / this.pageBytes);
    const mode = view.modeBits(row);
    if (traits.op === "REGISTER") this.ranges.add(pid, startPage, endPage, mode);
    if (traits.op === "UNREGISTER") this.ranges.remove(pid, startPage, endPage);
    if (traits.role === "none" || (mode & traits.protect) !== 0) return;
    const wakes = (mode & traits.dontWake) === 0;
    const fd = view.fd[row] as number;
    const tid = view.tid[row] as number;
    this.wakes.thread(pid, tid).add(beginNs, endNs, startPage, endPage, fd, traits.role, wakes);
    if (this.delivered.touches(startPage, endPage)) {
      this.delivered.cover({ beginNs, endNs, pid, fd, role: traits.role, wakes, startPage, endPage });
    }
  }

  /** A range that was registered before the recording began. */
  addRegistered(view: BatchView, row: number): void {
    const start = view.page(row, this.pageShift);
    const end = start + Math.ceil(view.length(row) / this.pageBytes);
    this.ranges.add(view.pid[row] as number, start, end, view.modeBits(row));
  }

  /** A PAGEFAULT message row. */
  addMessage(view: BatchView, row: number): void {
    const message = this.delivery(view, row, view.peer[row] as number);
    // What waited unread when recording began is read only now: one fault, not two.
    const unread = this.delivered
      .at(message.page)
      .find(({ before, ptid }) => before && (ptid === message.ptid || message.ptid === 0));
    if (unread) this.delivered.remove(unread);
    this.delivered.add(unread ? { ...message, before: true } : message);
  }

  /** A fault that waited already when recording began. */
  addBlocked(view: BatchView, row: number): void {
    const message = this.delivery(view, row, view.tid[row] as number);
    // Who holds the userfaultfd twice is told twice of its waiters.
    const known = this.delivered.at(message.page).some(({ before, ptid }) => before && ptid === message.ptid);
    if (!known) this.delivered.add({ ...message, before: true });
  }

  /** A completed fault, or (`waiting`) one that the end of the recording cut short. */
  addFault(view: BatchView, row: number, waiting: boolean): void {
    const raisedNs = view.timeNs(row);
    const endNs = raisedNs + view.durationNs(row);
    const woken = view.wokenNs(row);
    const fault: Trapped = {
      pid: view.pid[row] as number,
      tid: view.tid[row] as number,
      page: view.request[row] === GUP ? undefined : view.page(row, this.pageShift),
      raisedNs,
      endNs,
      wokenNs: waiting || woken < 0 ? undefined : raisedNs + woken,
      waker: view.peer[row] as number,
      code: view.modeBits(row),
      waiting,
      call: undefined,
    };
    this.watermarkNs = Math.max(this.watermarkNs, endNs);
    this.findCall(fault);
    this.pending.push(fault);
  }

  /** Links what has settled. `nowNs`: recording time that has passed for sure, also when nothing happens. */
  advance(nowNs: number): void {
    this.watermarkNs = Math.max(this.watermarkNs, nowNs);
    const force = this.pending.length > MAX_PENDING;
    this.linkAll((fault) => force || this.settled(fault));
    if (this.watermarkNs - this.sweptNs > GIVE_UP_NS / 4) this.sweep();
  }

  /** Links everything: no more rows will come. */
  finish(): void {
    this.linkAll(() => true);
    for (const message of [...this.delivered.all()]) {
      this.delivered.remove(message);
      if (message.repeat) continue;
      if (message.before) this.stats.before++;
      // A resolve without the fault's end: the recording stopped in between.
      const outcome = resolvedBefore(message, this.watermarkNs) ? "resolved" : "outstanding";
      this.stats.add(described(message), outcome, outcome === "resolved" && !message.before);
    }
  }

  /** Faults that were delivered and that nothing has resolved yet. */
  waiting(): What[] {
    const waiting: What[] = [];
    for (const message of this.delivered.all()) {
      if (message.repeat || resolvedBefore(message, Number.POSITIVE_INFINITY)) continue;
      waiting.push(described(message));
    }
    return waiting;
  }

  /** Age at `nowNs` of the oldest fault that was delivered and that nothing has resolved; 0 when none waits. */
  oldestWaitNs(nowNs: number): number {
    let oldest = nowNs;
    for (const message of this.delivered.all()) {
      if (message.timeNs >= oldest || message.repeat || resolvedBefore(message, Number.POSITIVE_INFINITY)) continue;
      oldest = message.timeNs;
    }
    return nowNs - oldest;
  }

  private delivery(view: BatchView, row: number, ptid: number): Delivered {
    const timeNs = view.timeNs(row);
    this.watermarkNs = Math.max(this.watermarkNs, timeNs);
    return {
      timeNs,
      page: view.page(row, this.pageShift),
      pid: view.pid[row] as number,
      fd: view.fd[row] as number,
      ptid,
      flags: view.modeBits(row),
      calls: NO_CALLS,
      before: false,
      repeat: false,
    };
  }

  private findCall(fault: Trapped): void {
    if (fault.wokenNs === undefined || fault.waker <= 0) return;
    fault.call = this.wakes.find(fault.waker, fault.wokenNs, fault.page);
  }

  private settled(fault: Trapped): boolean {
    if (fault.endNs > this.watermarkNs - SETTLE_NS) return false;
    if (this.wakesUnseen) {
      const unresolved =
        fault.page !== undefined && this.delivered.at(fault.page).some((message) => !wakeBefore(message, fault));
      return !unresolved || fault.endNs <= this.watermarkNs - GIVE_UP_NS;
    }
    if (fault.call || fault.wokenNs === undefined) return true;
    this.findCall(fault);
    if (fault.call || this.wakes.isPast(fault.waker, fault.wokenNs)) return true;
    return fault.endNs <= this.watermarkNs - GIVE_UP_NS;
  }

  /** Links in the order in which the faults were raised: the kernel hands out their messages in that order. */
  private linkAll(ready: (fault: Trapped) => boolean): void {
    const rest: Trapped[] = [];
    const due: Trapped[] = [];
    for (const fault of this.pending) (ready(fault) ? due : rest).push(fault);
    if (due.length === 0) return;
    this.pending = rest;
    due.sort((a, b) => a.raisedNs - b.raisedNs);
    this.threadIdsAgree ||= due.some(
      ({ page, tid }) => page !== undefined && this.delivered.at(page).some(({ ptid }) => ptid === tid),
    );
    const withoutTrap = due.filter(({ page }) => page === undefined);
    for (const fault of due) if (fault.page !== undefined) this.link(fault, fault.page);
    // What the traps left of the messages is for those that had none. One without a page is known by its message alone.
    for (const fault of withoutTrap) {
      const page = this.pageOf(fault);
      if (page !== undefined) this.link({ ...fault, page }, page);
    }
  }

  /** The page of a look-up: that of the one message which its waker answered while it slept. */
  private pageOf(fault: Trapped): number | undefined {
    const { call, tid, raisedNs, endNs } = fault;
    if (!call) return undefined;
    const inLife = ({ timeNs, ptid }: Delivered): boolean =>
      (ptid === tid || ptid === 0 || !this.threadIdsAgree) &&
      timeNs >= raisedNs - TOLERANCE_NS &&
      timeNs <= endNs + TOLERANCE_NS;
    return this.delivered.onlyOne(call.startPage, call.endPage, inLife)?.page;
  }

  private link(fault: Trapped, page: number): void {
    if (!fault.call) this.findCall(fault);
    const message = this.takeMessage(fault, page);
    if (this.wakesUnseen) {
      if (!message) return;
      fault.call = wakeBefore(message, fault);
      if (fault.call) fault.wokenNs = Math.min(fault.call.endNs, fault.endNs);
    }
    const call = fault.call ?? message?.calls.find((candidate) => isAt(candidate, fault.wokenNs));
    const mode = this.ranges.modeAt(fault.pid, page);
    if (!message && !call && mode === undefined) return;
    const what = message
      ? described(message)
      : { kind: kindOf(fault.code, mode), write: (fault.code & CODE_WRITE) !== 0 };
    if (fault.waiting) {
      this.stats.add(what, "outstanding", false);
      return;
    }
    const latencyNs = Math.max(0, fault.endNs - fault.raisedNs);
    if (!call || fault.wokenNs === undefined || (!message && !this.lossless)) {
      // Asleep in a registered range is not yet a userfault: without message and wake its latency proves nothing.
      const known = message !== undefined || call !== undefined;
      this.stats.add(what, outcomeOf(call), true);
      if (known) this.stats.addLife(fault.raisedNs, latencyNs);
      return;
    }
    this.stats.add(what, outcomeOf(call), false);
    this.stats.addLife(fault.raisedNs, latencyNs);
    this.stats.addPhases(
      phasesOf({
        raisedNs: fault.raisedNs,
        deliveredNs: message?.timeNs,
        resolveBeginNs: resolveBegin(call, message),
        wokenNs: fault.wokenNs,
        runningNs: fault.endNs,
      }),
    );
  }

  /** The message that told of this fault; it is taken, so that no other fault can have it. */
  private takeMessage(fault: Trapped, page: number): Delivered | undefined {
    const onPage = this.delivered.at(page);
    if (onPage.length === 0) return undefined;
    const inLife = onPage.filter(
      ({ timeNs }) => timeNs >= fault.raisedNs - TOLERANCE_NS && timeNs <= fault.endNs + TOLERANCE_NS,
    );
    const own = inLife.filter(({ ptid }) => ptid === fault.tid);
    if (own.length > 0) {
      // Woken without a page it faulted again: several messages, one fault. The first one began the wait.
      for (const message of own) this.delivered.remove(message);
      return own[0];
    }
    const shared = inLife.filter(({ ptid }) => ptid === 0 || !this.threadIdsAgree);
    const { call } = fault;
    const sameReader = shared.find((message) => call && message.pid === call.pid && message.fd === call.fd);
    const taken = sameReader ?? shared[0];
    if (taken) this.delivered.remove(taken);
    for (const message of shared) message.repeat = true;
    return taken;
  }

  /** Counts messages whose fault never came: the access was made by the kernel, which does not trap. */
  private sweep(): void {
    this.sweptNs = this.watermarkNs;
    for (const message of [...this.delivered.all()]) {
      if (!resolvedBefore(message, this.watermarkNs - GIVE_UP_NS)) continue;
      this.delivered.remove(message);
      if (message.repeat) continue;
      if (message.before) {
        this.stats.before++;
        this.stats.add(described(message), "resolved", false);
        continue;
      }
      // A trap from before the hooks were there, or one that was lost, is none that never was.
      const certain = this.lossless && message.timeNs > this.beganNs + BEGINNING_NS;
      if (certain) this.stats.withoutTrap++;
      this.stats.add(described(message), "resolved", !certain);
    }
  }
}

/** By the low bits of a message's flags. */
const DESCRIBED: readonly What[] = Array.from({ length: 8 }, (_, bits) => {
  const flags = BigInt(bits);
  return { kind: faultKind(flags), write: (flags & PAGEFAULT_FLAGS.WRITE) !== 0n };
});

function described(message: Delivered): What {
  return DESCRIBED[message.flags & 7] as What;
}

function kindOf(code: number, mode: number | undefined): FaultKind {
  if ((code & CODE_PRESENT) !== 0) return "wp";
  return mode !== undefined && (mode & MODE_MINOR) !== 0 && (mode & MODE_MISSING) === 0 ? "minor" : "missing";
}

function outcomeOf(call: Call | undefined): "resolved" | "released" | "unknown" {
  if (!call) return "unknown";
  return call.role === "release" ? "released" : "resolved";
}

function isAt(call: Call, atNs: number | undefined): boolean {
  return atNs !== undefined && call.wakes && call.beginNs <= atNs + TOLERANCE_NS && atNs <= call.endNs + TOLERANCE_NS;
}

/** A DONTWAKE call brings the page and a later WAKE the thread: the resolve began with the page. */
function resolveBegin(call: Call, message: Delivered | undefined): number {
  if (call.role !== "wake") return call.beginNs;
  const page = message?.calls.find((earlier) => earlier.role === "page" && earlier.beginNs <= call.beginNs);
  return page?.beginNs ?? call.beginNs;
}

/** The page was brought (or the range released) and the waiters woken, all before `beforeNs`. */
function resolvedBefore(message: Delivered, beforeNs: number): boolean {
  const { calls } = message;
  const brought = calls.some((call) => call.role !== "wake" && call.endNs <= beforeNs);
  return brought && calls.some((call) => call.wakes && call.endNs <= beforeNs);
}
