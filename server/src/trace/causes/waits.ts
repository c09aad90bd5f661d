/** Threads that wait for a page: what was done about it since. */
import { EEXIST, type OpTraits } from "../ops";
import type { Event } from "./event";
import type { Failure, Suspect } from "./failure";
import { type OpenFault, OpenFaults, openFault } from "./openFaults";
import type { Space, Uffd } from "./space";
import { waitCase } from "./waitCases";
import type { World } from "./world";

/** A fault that waits longer than this is worth a word; shorter waits are the normal case. */
const ALARM_NS = 500e6;
/** A killed process is gone within this time after its threads stopped waiting. */
const DYING_NS = 200e6;
/** Waits of ended processes that stay told, and readers of a descriptor that are told apart. */
const MAX_TOLD = 1024;
const MAX_READERS = 64;

export interface Wait {
  readonly suspect: Suspect;
  readonly ageNs: number;
  readonly sinceNs: number;
  readonly address: number;
  /** The thread that waits, as far as it is known. */
  readonly pid: number;
  readonly tid: number;
}

export class Waits {
  private readonly bySpace = new Map<Space, OpenFaults>();
  private readonly told: Wait[] = [];
  private readonly readers = new Map<Uffd, Set<number>>();
  private readonly exits = new Map<number, number>();

  constructor(private readonly world: World) {}

  /** When a fault of the page was last delivered, -1 if never. */
  lastMessageNs(space: Space | undefined, page: number): number {
    return (space && this.bySpace.get(space)?.lastRead.get(page)) || -1;
  }

  /** A PAGEFAULT message was read. */
  delivered(event: Event): void {
    const uffd = this.world.uffd(event.pid, event.fd);
    if (!uffd.space) return;
    const page = this.pageOf(event);
    const faults = this.of(uffd.space);
    faults.lastRead.set(page, page + 1, event.timeNs);
    const readers = this.readers.get(uffd) ?? new Set<number>();
    if (readers.size < MAX_READERS) readers.add(event.tid);
    this.readers.set(uffd, readers);
    const tid = event.peer;
    const known = faults.at(page).find((fault) => !fault.delivered && (tid === 0 || fault.tid === tid));
    const fault = known ?? openFault({ page, uffd, sinceNs: event.timeNs, pid: event.pid, tid });
    fault.delivered = true;
    fault.read = this.world.deed("read", event);
    if (!known) faults.add(fault);
  }

  /** A fault that waited when recording began. */
  blocked(event: Event): void {
    const { pid, tid } = event;
    const uffd = this.world.uffd(pid, event.fd);
    if (!uffd.space) return;
    const fault = openFault({ page: this.pageOf(event), uffd, sinceNs: 0, pid, tid });
    fault.delivered = event.request !== 1;
    this.of(uffd.space).add(fault);
  }

  /** A call that did something to its range. */
  called(traits: OpTraits, event: Event, done: number): void {
    if (done <= 0 || traits.role === "none" || (event.mode & traits.protect) !== 0) return;
    const { space } = this.world.uffd(event.pid, event.fd);
    const faults = space && this.bySpace.get(space);
    if (!faults || faults.empty) return;
    const start = this.pageOf(event);
    const wakes = (event.mode & traits.dontWake) === 0;
    faults.each(start, start + Math.ceil(done / this.world.pageBytes), (fault) => {
      if (fault.sinceNs > event.endNs) return true;
      if (traits.role === "page") faults.brought.set(fault.page, fault.page + 1, event.timeNs);
      if (wakes) return false;
      fault.dontWake = this.world.deed(`${traits.op} with DONTWAKE`, event);
      return true;
    });
  }

  /** A failed call. EEXIST wakes nobody. */
  failed({ errno, event, page, traits, space }: Failure): void {
    const faults = errno === EEXIST && space ? this.bySpace.get(space) : undefined;
    if (!faults || faults.empty) return;
    for (const fault of faults.at(page)) fault.exists = this.world.deed(traits.op, event);
  }

  /** A fault has ended. True if nobody woke it since its last message: it was killed or let go, and got no page. */
  ended(event: Event): boolean {
    const faults = this.bySpace.get(this.world.space(event.pid));
    const own = faults && ofThread(faults.at(this.pageOf(event)), event);
    if (!own) return false;
    const inVain = event.wokenNs < 0 || own.sinceNs > event.timeNs + event.wokenNs;
    // Which of the two it was, the end of its process tells.
    if (inVain && !own.uffd.closed && event.endNs - own.sinceNs >= ALARM_NS) own.endNs = event.endNs;
    else faults.remove(own);
    return inVain;
  }

  /** The kernel shows a thread that still waits when the recording ends. */
  stillWaiting(event: Event): void {
    const { pid, tid } = event;
    const space = this.world.space(pid);
    const page = this.pageOf(event);
    const faults = this.of(space);
    const known = ofThread(
      faults.at(page).filter(({ waiting }) => !waiting),
      event,
    );
    const registration = space.registrations.at(page)?.value;
    const uffd = registration?.ended === 0 ? registration.uffd : undefined;
    const fault = known ?? (uffd && openFault({ page, uffd, sinceNs: event.timeNs, pid, tid }));
    if (!fault) return;
    fault.waiting = true;
    fault.tid = tid;
    if (!known) faults.add(fault);
  }

  /** A process left its memory: who waited there until now stays told. */
  gone(space: Space, nowNs: number): void {
    const faults = space.users > 1 ? undefined : this.bySpace.get(space);
    if (!faults) return;
    for (const fault of faults.all()) {
      if (Math.min(fault.endNs, nowNs) + DYING_NS < nowNs) continue;
      fault.waiting = true;
      const wait = this.wait(space, faults, fault, nowNs);
      if (wait && this.told.length < MAX_TOLD) this.told.push(wait);
    }
    this.bySpace.delete(space);
  }

  exited(event: Event): void {
    if (this.exits.size < MAX_TOLD) this.exits.set(event.pid, this.world.deed("exit", event));
  }

  /** All that wait too long at `nowNs`, and those that did until their process ended. */
  overdue(nowNs: number): Wait[] {
    const found = [...this.told];
    for (const [space, faults] of this.bySpace) {
      for (const fault of faults.all()) {
        // Ended, and its process lived on: somebody let it go.
        if (!fault.waiting && (fault.uffd.closed || fault.endNs + DYING_NS < nowNs)) continue;
        const wait = this.wait(space, faults, fault, nowNs);
        if (wait) found.push(wait);
      }
    }
    return found;
  }

  private wait(space: Space, faults: OpenFaults, fault: OpenFault, nowNs: number): Wait | undefined {
    const ageNs = Math.min(nowNs, fault.endNs) - fault.sinceNs;
    if (ageNs < ALARM_NS) return undefined;
    const { world, exits } = this;
    const readers = this.readers.get(fault.uffd);
    const suspect = waitCase({ world, space, fault, readers, exits, broughtNs: faults.brought.get(fault.page) });
    const { sinceNs, pid, tid, page } = fault;
    return { suspect, ageNs, sinceNs, pid, tid, address: page * world.pageBytes };
  }

  private of(space: Space): OpenFaults {
    const known = this.bySpace.get(space);
    if (known) return known;
    const fresh = new OpenFaults();
    this.bySpace.set(space, fresh);
    return fresh;
  }

  private pageOf(event: Event): number {
    return Math.floor(event.address / this.world.pageBytes);
  }
}

/** The thread's own fault among those of a page; without thread ids, one that was delivered during its wait. */
function ofThread(faults: readonly OpenFault[], event: Event): OpenFault | undefined {
  return faults.find(({ tid }) => tid === event.tid) ?? faults.find(({ sinceNs }) => sinceNs >= event.timeNs);
}
