/** Faults of one address space that nobody has ended yet, by page, and what is remembered of pages that had some. */
import type { Uffd } from "./space";

export interface OpenFault {
  readonly page: number;
  readonly uffd: Uffd;
  readonly sinceNs: number;
  /** Process and thread that fault; 0 when the message did not name it. */
  readonly pid: number;
  tid: number;
  /** Its message was read; by which deed, if that was recorded. */
  delivered: boolean;
  read: number;
  /** Latest calls that should have woken it: one that met EEXIST, one with DONTWAKE. */
  exists: number;
  dontWake: number;
  /** The kernel showed it waiting to the end: of the recording, or of its process. */
  waiting: boolean;
  /** When it was over without having been woken. */
  endNs: number;
}

/** More open faults, or pages remembered, are not kept: about as many threads wait. */
const MAX_OPEN = 16_384;
const MAX_REMEMBERED = 65_536;

export function openFault(fault: Pick<OpenFault, "page" | "uffd" | "sinceNs" | "pid" | "tid">): OpenFault {
  const rest = { delivered: false, read: 0, exists: 0, dontWake: 0, waiting: false, endNs: Number.POSITIVE_INFINITY };
  return { ...fault, ...rest };
}

export class OpenFaults {
  private readonly byPage = new Map<number, OpenFault[]>();
  private count = 0;
  /** When a fault of the page was last delivered. */
  readonly lastRead = new Map<number, number>();
  /** When a page that was waited for was last brought. */
  readonly brought = new Map<number, number>();

  get empty(): boolean {
    return this.count === 0;
  }

  at(page: number): readonly OpenFault[] {
    return this.byPage.get(page) ?? [];
  }

  *all(): Iterable<OpenFault> {
    for (const faults of this.byPage.values()) yield* faults;
  }

  add(fault: OpenFault): void {
    if (this.count >= MAX_OPEN) return;
    const known = this.byPage.get(fault.page);
    if (known) known.push(fault);
    else this.byPage.set(fault.page, [fault]);
    this.count++;
  }

  /** Goes through what is open in the range; those for which `stays` is false are over. */
  each(start: number, end: number, stays: (fault: OpenFault) => boolean): void {
    if (end - start <= this.byPage.size) {
      for (let page = start; page < end; page++) this.filter(page, stays);
      return;
    }
    for (const page of [...this.byPage.keys()]) if (page >= start && page < end) this.filter(page, stays);
  }

  remove(fault: OpenFault): void {
    this.filter(fault.page, (other) => other !== fault);
  }

  private filter(page: number, stays: (fault: OpenFault) => boolean): void {
    const all = this.byPage.get(page);
    if (!all) return;
    const kept = all.filter(stays);
    this.count += kept.length - all.length;
    if (kept.length === 0) this.byPage.delete(page);
    else this.byPage.set(page, kept);
  }
}

/** Sets an entry of a map that must not grow without end; the oldest goes. */
export function remember(map: Map<number, number>, key: number, value: number): void {
  if (map.size >= MAX_REMEMBERED && !map.has(key)) {
    const oldest = map.keys().next().value;
    if (oldest !== undefined) map.delete(oldest);
  }
  map.set(key, value);
}
