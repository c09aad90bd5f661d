import { load, scramble, store, target } from "../access";
import { uffdOf } from "../kernel/descriptor";
import { waitForMessage } from "../kernel/messages";
import type { Machine } from "../machine";
import { settle, toNumber } from "../operate";
import type { Value } from "../value";
import type { External } from "./library";

/** epoll and select: waiting for a userfaultfd among other descriptors. */

const EVENT_SIZE = 12;
const ADD = 1;
const DELETE = 2;
const IN = 1;
const DATA = { size: 8, kind: "uint" } as const;

function control(m: Machine, [set, operation, fd, event]: readonly Value[]): Value {
  const d = m.fds.get(toNumber(m, set) ?? -1);
  const n = toNumber(m, fd);
  if (d?.k !== "epoll" || n === undefined) return 0;
  if (toNumber(m, operation) === DELETE) d.watched?.delete(n);
  else if (toNumber(m, operation) === ADD) {
    const at = target(m, event);
    // The data is packed behind the event mask in memory, but programs that declare the struct see it at 8.
    d.watched?.set(n, at ? load(m, at.obj.address + at.off + dataOffset, DATA) : m.fresh());
  }
  return 0;
}

/** Offset of `data` in the struct as the headers here lay it out. */
const dataOffset = 8;
const STRIDE = 16;

function wait(m: Machine, [set, out, most]: readonly Value[]): Value {
  m.epoch++;
  const d = m.fds.get(toNumber(m, set) ?? -1);
  const at = target(m, out);
  if (d?.k !== "epoll" || !at) {
    scramble(m, out, EVENT_SIZE);
    return m.fresh();
  }
  let n = 0;
  for (const [fd, data] of d.watched ?? []) {
    const uffd = uffdOf(m, fd);
    if (!uffd || !waitForMessage(m, uffd) || n >= (toNumber(m, most) ?? 1)) continue;
    const event = at.obj.address + at.off + n * STRIDE;
    store(m, event, { size: 4, kind: "uint" }, IN);
    store(m, event + dataOffset, DATA, settle(m, data));
    n++;
  }
  return n > 0 ? n : m.fresh();
}

/** A thread that selects waits for the userfaultfds of its set; the main thread goes on. */
function select(m: Machine, [, readSet]: readonly Value[]): Value {
  m.epoch++;
  let ready = 0;
  for (const fd of m.fdSets.get(toNumber(m, readSet) ?? 0) ?? []) {
    const uffd = uffdOf(m, fd);
    if (uffd && waitForMessage(m, uffd)) ready++;
  }
  return ready > 0 ? ready : m.fresh();
}

function addToSet(m: Machine, [fd, set]: readonly Value[]): Value {
  const at = toNumber(m, set);
  const n = toNumber(m, fd);
  if (at !== undefined && n !== undefined) m.fdSets.set(at, [...(m.fdSets.get(at) ?? []), n]);
  return undefined;
}

export const WAITING: Readonly<Record<string, External>> = {
  epoll_create: (m) => m.openFd({ k: "epoll", watched: new Map() }),
  epoll_create1: (m) => m.openFd({ k: "epoll", watched: new Map() }),
  epoll_ctl: control,
  epoll_wait: wait,
  epoll_pwait: wait,
  select,
  pselect: select,
  FD_ISSET: () => 1,
  FD_SET: addToSet,
  FD_ZERO(m, [set]) {
    m.fdSets.delete(toNumber(m, set) ?? 0);
    return undefined;
  },
  FD_CLR: () => undefined,
};
