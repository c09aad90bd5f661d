import { store, target } from "../access";
import { type Machine, PathEnd } from "../machine";
import { fillRange } from "../memory";
import { toNumber } from "../operate";
import type { Uffd } from "../uffd";
import type { Value } from "../value";

const MESSAGE_SIZE = 32;
const EAGAIN = 11;
const EVENT_PAGEFAULT = 0x12;
const EVENT_FORK = 0x13;
const EVENT_REMOVE = 0x15;

/**
 * read(2) on a userfaultfd: gives the next fault or event. A thread of the program that finds none waits, and is run
 * again when there is one; the main thread gets a message nobody knows anything about, once, or is told that there is
 * none when the descriptor does not block.
 */
export function readMessage(m: Machine, uffd: Uffd, buffer: Value, size: Value): Value {
  m.epoch++;
  const at = target(m, buffer);
  const event = uffd.pendingEvents.shift();
  if (event) {
    if (at) {
      fillRange(at.obj, at.off, MESSAGE_SIZE, "unknown");
      store(m, at.obj.address + at.off, { size: 1, kind: "uint" }, event.what === "fork" ? EVENT_FORK : EVENT_REMOVE);
    }
    return MESSAGE_SIZE;
  }
  const fault = m.faults.get(uffd)?.shift();
  if (fault !== undefined) {
    if (at) {
      fillRange(at.obj, at.off, MESSAGE_SIZE, 0);
      store(m, at.obj.address + at.off, { size: 1, kind: "uint" }, EVENT_PAGEFAULT);
      store(m, at.obj.address + at.off + 16, { size: 8, kind: "uint" }, fault);
    }
    return MESSAGE_SIZE;
  }
  if (m.threads.length === 0 && uffd.nonBlocking && (uffd.starved || nothingCame(m))) {
    store(m, m.errnoObject().address, { size: 4, kind: "int" }, EAGAIN);
    return -1;
  }
  if (m.threads.length > 0 || uffd.starved) throw new PathEnd("blocked", uffd);
  uffd.starved = true;
  someFault(uffd);
  if (at) {
    fillRange(at.obj, at.off, MESSAGE_SIZE, "unknown");
    store(m, at.obj.address + at.off, { size: 1, kind: "uint" }, EVENT_PAGEFAULT);
  }
  const n = toNumber(m, size);
  return n === undefined ? MESSAGE_SIZE : Math.min(n, MESSAGE_SIZE);
}

/** Whether a descriptor that does not block has nothing to tell: both happen, nothing first. */
function nothingCame(m: Machine): boolean {
  return m.choose(`read@${m.key(m.frame.at)}`, 2, 0) === 0;
}

/** True when a read would give something now. A waiting thread stops here until there is. */
export function waitForMessage(m: Machine, uffd: Uffd): boolean {
  if (uffd.pendingEvents.length > 0 || (m.faults.get(uffd)?.length ?? 0) > 0) return true;
  if (m.threads.length > 0 || uffd.starved) throw new PathEnd("blocked", uffd);
  return true;
}

/** Something was placed nobody knows where: any page that is missing in what the descriptor watches may be there now. */
export function someFault(uffd: Uffd): void {
  for (const obj of uffd.objects) {
    const { pages } = obj;
    if (!pages) continue;
    for (const run of pages.mappings.all()) {
      if (run.v.uffd !== uffd) continue;
      pages.pages.update(run.start, run.end, (p) =>
        p.content === "hole" ? { content: "unknown", epoch: p.epoch } : p,
      );
    }
  }
}
