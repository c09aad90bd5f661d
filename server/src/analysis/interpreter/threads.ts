import { callValue } from "./calls";
import { execute } from "./execute";
import type { Frame } from "./frame";
import { type Machine, PathEnd, type Service } from "./machine";
import type { Uffd } from "./uffd";
import type { Value } from "./value";

/**
 * Threads run one after the other: a new thread at once, until it ends or waits for a message of a userfaultfd. A
 * thread that waits is a service; an access to a missing page of its userfaultfd gives it the message and runs it on.
 */
export function startThread(m: Machine, entry: Value, argument: Value): void {
  const depth = m.frames.length;
  const loops = m.activeLoops.length;
  m.threads.push({ loops, frames: depth });
  try {
    callValue(m, entry, [argument], undefined);
  } catch (e) {
    if (!(e instanceof PathEnd) || (e.why !== "blocked" && e.why !== "threadExit")) throw e;
    if (e.why === "blocked" && e.uffd) {
      const frame = m.frames[depth];
      const loop = m.activeLoops.find((l, i) => i >= loops && l.frame === frame)?.loop;
      m.services.set(e.uffd, { entry, argument, frame, loop, busy: false });
    }
  } finally {
    m.frames.length = depth;
    m.activeLoops.length = loops;
    m.threads.pop();
  }
}

/** A page of a registered range is missing: whoever serves the descriptor gets a message, if anybody does. */
export function raiseFault(m: Machine, uffd: Uffd | "unknown" | undefined, address: number, _write: boolean): void {
  if (!uffd || uffd === "unknown") return;
  const service = m.services.get(uffd);
  const queue = m.faults.get(uffd) ?? [];
  if (!queue.includes(address)) queue.push(address);
  m.faults.set(uffd, queue);
  if (service && !service.busy) serve(m, uffd, service);
}

function serve(m: Machine, _uffd: Uffd, service: Service): void {
  service.busy = true;
  const depth = m.frames.length;
  const loops = m.activeLoops.length;
  const { sweeping } = m;
  m.sweeping = 0;
  m.threads.push({ loops, frames: depth });
  try {
    if (service.frame && service.loop) {
      m.frames.push(restart(service.frame));
      execute(m, service.loop);
    } else {
      callValue(m, service.entry, [service.argument], undefined);
    }
  } catch (e) {
    if (!(e instanceof PathEnd) || (e.why !== "blocked" && e.why !== "threadExit")) throw e;
  } finally {
    m.frames.length = depth;
    m.activeLoops.length = loops;
    m.threads.pop();
    m.sweeping = sweeping;
    service.busy = false;
  }
}

/** The thread's own variables are kept from one message to the next. */
const restart = (f: Frame): Frame => f;
