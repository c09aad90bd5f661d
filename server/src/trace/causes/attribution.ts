/**
 * Root causes of a recording: rows go in as they come, verdicts on failed calls come out. A failed call is judged by what
 * had happened when it began; what happened while it ran is asked only when nothing before explains it.
 */
import { EventKind, ProcessChange } from "../../recording/schema";
import { CLONE_VM } from "../../uffd/mmCalls";
import type { BatchView } from "../batchView";
import { doneBytes, EAGAIN, type OpTraits, opTraits } from "../ops";
import { type Event, FAILED_CALL_ENDED } from "./event";
import { explain } from "./explain";
import type { Failure, Verdict } from "./failure";
import { applyIoctl } from "./ioctlEffects";
import { applyMmCall } from "./mmEffects";
import { Partials } from "./partials";
import { PageState, pageValue, type Registration, stateOf } from "./space";
import { Timeline } from "./timeline";
import { UnreadEvents } from "./unreadEvents";
import { Waits } from "./waits";
import { World } from "./world";

const PAGEFAULT = 0x12;
/** Bit of the x86 page-fault error code. */
const CODE_WRITE = 2;

type Told = (failure: Failure, verdict: Verdict) => void;

export class Attribution {
  readonly world = new World();
  readonly waits: Waits;
  private readonly timeline = new Timeline();
  private readonly partials: Partials;
  private readonly unread: UnreadEvents;
  /** Failed calls that their begin did not explain, until their end. */
  private readonly undecided = new Map<number, Failure>();
  private readonly traits = new Map<number, OpTraits>();
  private readonly lastMessage = (failure: Failure): number => this.waits.lastMessageNs(failure.space, failure.page);
  private readonly take = (event: Event): void => this.happen(event);

  /** `tell` is told every failed call with its verdict. */
  constructor(private readonly tell: Told) {
    this.waits = new Waits(this.world);
    this.partials = new Partials(this.lastMessage, tell);
    this.unread = new UnreadEvents(this.world, tell);
  }

  addRow(view: BatchView, row: number): void {
    const kind = view.kind[row];
    const ended = kind === EventKind.Fault || kind === EventKind.Waiting;
    this.timeline.add(view, row, ended, kind === EventKind.Ioctl && view.errno[row] !== 0);
  }

  /** Time has passed until `nowNs`; 0 when only the rows say so. */
  advance(nowNs: number): void {
    this.timeline.reach(nowNs);
    this.timeline.drain(this.take);
    this.unread.advance(this.timeline.reachedNs);
  }

  finish(): void {
    this.timeline.drain(this.take, true);
    this.partials.finish();
    this.unread.finish();
  }

  private happen(event: Event): void {
    switch (event.kind) {
      case FAILED_CALL_ENDED:
        this.judgeAgain(event.failed);
        break;
      case EventKind.Ioctl:
        this.call(event);
        break;
      case EventKind.Message:
        this.message(event);
        break;
      case EventKind.Fault:
        this.faulted(event);
        break;
      case EventKind.Waiting:
        this.waits.stillWaiting(event);
        break;
      case EventKind.Process:
        this.process(event);
        break;
      case EventKind.MmCall:
        this.memoryCall(event);
        break;
      case EventKind.KsmMerge:
        this.merged(event);
        break;
      case EventKind.Blocked:
        this.waits.blocked(event);
        break;
      case EventKind.Registered:
        this.registered(event);
    }
  }

  private call(event: Event): void {
    const traits = this.traitsOf(event.request);
    const done = doneBytes(traits, event.errno, event.length, event.result);
    this.partials.meet(event, done);
    if (event.errno === 0 || done > 0) {
      applyIoctl(this.world, traits, event);
      this.waits.called(traits, event, done);
    }
    if (event.errno === 0) return;
    // The event is only lent, and a failure is kept.
    const failure = this.failure({ ...event }, traits, done);
    this.waits.failed(failure);
    if (event.errno !== EAGAIN) this.judge(failure);
    else if (done > 0) this.partials.add(failure);
    else this.unread.add(failure);
  }

  private failure(event: Event, traits: OpTraits, done: number): Failure {
    const { world } = this;
    const uffd = world.uffd(event.pid, event.fd);
    const page = Math.floor((event.address + done) / world.pageBytes);
    const sourcePage = Math.floor((event.source + done) / world.pageBytes);
    return { event, traits, errno: event.errno, uffd, space: uffd.space, page, sourcePage, world };
  }

  private judge(failure: Failure): void {
    const verdict = explain(failure, this.lastMessage);
    if (verdict.suspects.some(({ confidence }) => confidence !== "possible")) this.tell(failure, verdict);
    else this.undecided.set(failure.event.failed, failure);
  }

  private judgeAgain(failed: number): void {
    const failure = this.undecided.get(failed);
    if (!failure) return;
    this.undecided.delete(failed);
    this.tell(failure, explain(failure, this.lastMessage));
  }

  private message(event: Event): void {
    if (event.request === PAGEFAULT) {
      this.waits.delivered(event);
      return;
    }
    this.unread.addMessage(event);
    if (event.request === 0x13) this.world.forkRead(event);
  }

  /** A thread got its page and ran on: it is there, and after a write it is this process's own. */
  private faulted(event: Event): void {
    if (this.waits.ended(event)) return;
    const { world } = this;
    const space = world.space(event.pid);
    const page = Math.floor(event.address / world.pageBytes);
    const registered = space.registrations.at(page)?.value.ended === 0;
    // Nobody woke it: it was killed, or let go; a page did not come for that.
    if (registered && event.wokenNs < 0) return;
    const state = stateOf(space.presence.get(page));
    const there = state === PageState.Populated || state === PageState.Zero;
    const write = (event.mode & CODE_WRITE) !== 0;
    if (there && !write) return;
    const deed = world.deeds.add("fault", event.endNs, event.endNs, event.pid, event.tid, 0);
    if (!there) space.presence.set(page, page + 1, pageValue(deed, PageState.Populated));
    if (write) space.written.set(page, page + 1, pageValue(deed, PageState.Populated));
  }

  private process(event: Event): void {
    switch (event.request) {
      case ProcessChange.Forked:
        this.world.forked(event);
        if ((event.mode & CLONE_VM) === 0) this.made(event.peer);
        break;
      case ProcessChange.Exec:
        this.waits.gone(this.world.space(event.pid), event.timeNs);
        this.world.executed(event);
        break;
      case ProcessChange.Exited:
        this.waits.gone(this.world.space(event.pid), event.timeNs);
        this.world.exited(event);
        this.waits.exited(event);
    }
  }

  private memoryCall(event: Event): void {
    const before = this.world.deeds.newest;
    applyMmCall(this.world, event);
    if (this.world.deeds.newest > before) this.made(event.pid);
  }

  /** The latest deed is of a call that may have made an event. */
  private made(pid: number): void {
    const number = this.world.deeds.newest;
    const deed = this.world.deeds.get(number);
    if (deed) this.unread.made(this.world.space(pid), deed.what, number);
  }

  private merged(event: Event): void {
    const { world } = this;
    const page = Math.floor(event.address / world.pageBytes);
    world.mergesSeen = true;
    world.space(event.pid).merged.set(page, page + 1, pageValue(world.deed("ksmd", event), PageState.Populated));
  }

  private registered(event: Event): void {
    const { world } = this;
    const start = Math.floor(event.address / world.pageBytes);
    const uffd = event.fd >= 0 ? world.uffd(event.pid, event.fd) : undefined;
    const registration: Registration = { uffd, mode: event.mode, deed: 0, timeNs: event.timeNs, ended: 0 };
    world.space(event.pid).registrations.set(start, start + Math.ceil(event.length / world.pageBytes), registration);
  }

  private traitsOf(request: number): OpTraits {
    const known = this.traits.get(request);
    if (known) return known;
    const traits = opTraits(request);
    this.traits.set(request, traits);
    return traits;
  }
}
