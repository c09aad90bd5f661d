/** Threads that wait for a page: what was done about it since, and which special case it is. */
import { EEXIST, type OpTraits } from "../ops";
import type { Deed } from "./deeds";
import type { Event } from "./event";
import { type Failure, type Suspect, suspect } from "./failure";
import { deedOf, PageState, type Space, stateOf, type Uffd } from "./space";
import type { World } from "./world";

/** A fault that waits longer than this is worth a word; shorter waits are the normal case. */
export const ALARM_NS = 500e6;
const MAX_OPEN = 65_536;
const MAX_BROUGHT = 65_536;

interface Open {
  readonly page: number;
  readonly space: Space | undefined;
  readonly uffd: Uffd;
  readonly sinceNs: number;
  /** Process and thread that fault; 0 when the message did not name it. */
  readonly pid: number;
  tid: number;
  /** Deed of reading its message, 0 when it was not read. */
  readonly read: number;
  /** Latest calls that should have woken it. */
  exists: number;
  dontWake: number;
  /** The kernel showed it waiting when the recording ended. */
  waiting: boolean;
  endNs: number;
}

export interface Wait {
  readonly suspect: Suspect;
  readonly ageNs: number;
  readonly sinceNs: number;
  /** Address of the page. */
  readonly address: number;
  /** The thread that waits, as far as it is known. */
  readonly pid: number;
  readonly tid: number;
}

export class Waits {
  private readonly open = new Map<number, Open[]>();
  private readonly lastRead = new Map<number, number>();
  private readonly brought = new Map<number, number>();
  private readonly readers = new Map<Uffd, Set<number>>();
  private readonly readersGone = new Map<number, number>();
  private count = 0;

  constructor(private readonly world: World) {}

  /** When a fault of the page was last delivered, -1 if never. */
  lastMessageNs(space: Space | undefined, page: number): number {
    return space === undefined ? -1 : (this.lastRead.get(page) ?? -1);
  }

  /** A PAGEFAULT message was read. */
  delivered(event: Event): void {
    const uffd = this.world.uffd(event.pid, event.fd);
    const page = this.pageOf(event);
    remember(this.lastRead, page, event.timeNs);
    const readers = this.readers.get(uffd) ?? new Set<number>();
    if (readers.size < 64) readers.add(event.tid);
    this.readers.set(uffd, readers);
    const read = this.world.deed("read", event);
    this.add({ page, space: uffd.space, uffd, sinceNs: event.timeNs, pid: event.pid, tid: event.peer, read, ...FRESH });
  }

  /** A call that did something to its range. */
  called(traits: OpTraits, event: Event, done: number): void {
    if (this.count === 0 || done <= 0 || traits.role === "none" || (event.mode & traits.protect) !== 0) return;
    const start = this.pageOf(event);
    const end = start + Math.ceil(done / this.world.pageBytes);
    const wakes = (event.mode & traits.dontWake) === 0;
    this.each(start, end, (open) => {
      if (open.sinceNs > event.endNs) return true;
      if (wakes) {
        if (traits.role === "page") remember(this.brought, open.page, event.endNs);
        return false;
      }
      open.dontWake = this.world.deed(`${traits.op} with DONTWAKE`, event);
      return true;
    });
  }

  /** A failed call. EEXIST wakes nobody. */
  failed({ errno, event, page, traits }: Failure): void {
    if (this.count === 0 || errno !== EEXIST) return;
    for (const open of this.open.get(page) ?? []) open.exists = this.world.deed(traits.op, event);
  }

  /** A fault has ended, woken or not. */
  ended(event: Event): void {
    const page = this.pageOf(event);
    const all = this.open.get(page);
    if (!all) return;
    const own = all.find(({ tid }) => tid === event.tid) ?? all.find(({ sinceNs }) => sinceNs >= event.timeNs);
    if (own)
      this.keep(
        page,
        all.filter((open) => open !== own),
      );
  }

  /** The kernel shows a thread that still waits when the recording ends. */
  stillWaiting(event: Event): void {
    const page = this.pageOf(event);
    const known = this.open
      .get(page)
      ?.find((open) => !open.waiting && (open.tid === event.tid || open.sinceNs >= event.timeNs));
    if (known) {
      known.waiting = true;
      known.tid = event.tid;
      return;
    }
    const space = this.world.space(event.pid);
    const registration = space.registrations.at(page)?.value;
    const uffd = registration?.ended === 0 ? registration.uffd : undefined;
    if (!uffd) return;
    this.add({
      page,
      space,
      uffd,
      sinceNs: event.timeNs,
      pid: event.pid,
      tid: event.tid,
      read: 0,
      ...FRESH,
      waiting: true,
    });
  }

  /** A process left its memory: who waited there waits no more, but may have for long. */
  gone(space: Space, nowNs: number): void {
    if (this.count === 0 || space.users > 1) return;
    for (const [page, all] of [...this.open]) {
      const kept = all.filter((open) => open.space !== space || nowNs - open.sinceNs >= ALARM_NS);
      for (const open of kept) if (open.space === space) open.endNs = Math.min(open.endNs, nowNs);
      if (kept.length < all.length) this.keep(page, kept);
    }
  }

  exited(event: Event): void {
    if (this.readersGone.size < 4096) this.readersGone.set(event.pid, this.world.deed("exit", event));
  }

  /** All that wait too long at `nowNs`. */
  overdue(nowNs: number): Wait[] {
    const found: Wait[] = [];
    for (const all of this.open.values()) {
      for (const open of all) {
        const ageNs = Math.min(nowNs, open.endNs) - open.sinceNs;
        if (ageNs < ALARM_NS) continue;
        const { sinceNs, pid, tid } = open;
        found.push({ suspect: this.case(open), ageNs, sinceNs, pid, tid, address: open.page * this.world.pageBytes });
      }
    }
    return found;
  }

  private case(open: Open): Suspect {
    const sure = open.waiting ? "certain" : "likely";
    const deed = (number: number): Deed | undefined => this.world.deeds.get(number);
    if (open.dontWake > open.exists) return suspect("dontwake", sure, deed(open.dontWake));
    if (open.exists) return suspect("eexist-not-woken", sure, deed(open.exists));
    const dropped = this.droppedAgain(open);
    if (dropped) return suspect("dropped-again", sure, dropped);
    const readers = this.readers.get(open.uffd);
    if (open.tid !== 0 && readers?.size === 1 && readers.has(open.tid)) return suspect("handler-deadlock", sure);
    if (open.read === 0) return suspect("not-read", sure);
    const read = deed(open.read);
    const exit = read && this.readersGone.get(read.pid);
    if (exit) return suspect("handler-exited", sure, deed(exit));
    return suspect("not-resolved", sure, read);
  }

  private droppedAgain(open: Open): Deed | undefined {
    const broughtNs = this.brought.get(open.page);
    const value = open.space?.presence.get(open.page) ?? 0;
    if (broughtNs === undefined || stateOf(value) !== PageState.Emptied) return undefined;
    const deed = this.world.deeds.get(deedOf(value));
    return deed && deed.timeNs >= broughtNs ? deed : undefined;
  }

  private add(open: Open): void {
    if (this.count >= MAX_OPEN) return;
    const known = this.open.get(open.page);
    if (known) known.push(open);
    else this.open.set(open.page, [open]);
    this.count++;
  }

  /** Goes through what is open in the range; those for which `stays` is false are over. */
  private each(start: number, end: number, stays: (open: Open) => boolean): void {
    if (end - start <= this.open.size) {
      for (let page = start; page < end; page++) this.filter(page, stays);
      return;
    }
    for (const page of [...this.open.keys()]) if (page >= start && page < end) this.filter(page, stays);
  }

  private filter(page: number, stays: (open: Open) => boolean): void {
    const all = this.open.get(page);
    if (all) this.keep(page, all.filter(stays));
  }

  private keep(page: number, kept: Open[]): void {
    this.count += kept.length - (this.open.get(page)?.length ?? 0);
    if (kept.length === 0) this.open.delete(page);
    else this.open.set(page, kept);
  }

  private pageOf(event: Event): number {
    return Math.floor(event.address / this.world.pageBytes);
  }
}

const FRESH = { exists: 0, dontWake: 0, waiting: false, endNs: Number.POSITIVE_INFINITY } as const;

/** Sets an entry of a map that must not grow without end; the oldest goes. */
function remember(map: Map<number, number>, key: number, value: number): void {
  if (map.size >= MAX_BROUGHT && !map.has(key)) {
    const oldest = map.keys().next().value;
    if (oldest !== undefined) map.delete(oldest);
  }
  map.set(key, value);
}
