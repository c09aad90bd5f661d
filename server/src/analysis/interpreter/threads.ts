import { diagnosticCode } from "../../uffd/codes";
import { callValue } from "./calls";
import { execute } from "./execute";
import type { Frame } from "./frame";
import { closeWaiter } from "./kernel/waiters";
import { type Machine, PathEnd, type Service } from "./machine";
import type { Origin } from "./pages";
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
      m.services.set(e.uffd, { entry, argument, frame, loop, busy: false, shared: m.services.has(e.uffd) });
    }
  } finally {
    m.frames.length = depth;
    m.activeLoops.length = loops;
    m.threads.pop();
  }
}

/** A page of a registered range is missing: whoever serves the descriptor gets a message, if anybody does. */
export function raiseFault(m: Machine, uffd: Uffd | "unknown" | undefined, address: number): void {
  if (!uffd || uffd === "unknown") return;
  const service = m.services.get(uffd);
  if (service?.busy) {
    if (!service.shared)
      deadlock(
        m,
        "access",
        "This thread reads the descriptor and touches a missing page of its own range, so it waits for itself",
      );
    return;
  }
  const queue = m.faults.get(uffd) ?? [];
  if (!queue.includes(address)) queue.push(address);
  m.faults.set(uffd, queue);
  if (!service) return;
  m.waiters.push({ address, woken: false });
  serve(m, uffd, service);
  closeWaiter(m, address);
}

/** Something happened that the descriptor reports: its maker waits until the event is read. */
export function raiseEvent(m: Machine, uffd: Uffd, event: Origin): void {
  const service = m.services.get(uffd);
  if (service?.busy) {
    if (!service.shared)
      deadlock(
        m,
        "event",
        `This thread reads the descriptor and makes an event with ${event.what} that it has to read itself`,
      );
  } else if (service) {
    uffd.pendingEvents.push(event);
    serve(m, uffd, service);
  } else if (m.threads.length > 0) {
    // The thread that made the event waits; the others go on and find the event unread.
    uffd.pendingEvents.push(event);
  }
}

function deadlock(m: Machine, op: "access" | "event", what: string): void {
  const site = m.here();
  if (!site) return;
  const finding = {
    code: "handler-deadlock",
    errno: 0,
    certainty: "certain" as const,
    message: `${what}. ${diagnosticCode("handler-deadlock")?.cure ?? ""}`,
    causes: [],
  };
  m.records.push({ op, site, stack: m.stack(), finding, handled: false, vague: false, range: undefined, mode: 0 });
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
