/** Faults of one address space that nobody has ended yet, by page, and what is remembered of pages that had some. */
import { PageMap } from "./pageMap";
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

/** More are not kept: there are about as many as threads that wait. */
const MAX_OPEN = 16_384;

export function openFault({
  page,
  uffd,
  sinceNs,
  pid,
  tid,
}: Pick<OpenFault, "page" | "uffd" | "sinceNs" | "pid" | "tid">): OpenFault {
  return {
    page,
    uffd,
    sinceNs,
    pid,
    tid,
    delivered: false,
    read: 0,
    exists: 0,
    dontWake: 0,
    waiting: false,
    endNs: Number.POSITIVE_INFINITY,
  };
}

export class OpenFaults {
  private readonly byPage = new Map<number, OpenFault[]>();
  private count = 0;
  /** When a fault of a page was last delivered, ns; 0 if never. */
  readonly lastRead = new PageMap();
  /** When a page that was waited for was last brought, ns; 0 if never. */
  readonly brought = new PageMap();

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
