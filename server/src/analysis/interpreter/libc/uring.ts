import { load, target } from "../access";
import type { Machine } from "../machine";
import { toNumber } from "../operate";
import { touch } from "../touch";
import type { Value } from "../value";
import type { External } from "./library";

/** io_uring as far as it pins pages: registered buffers stay pinned until they are unregistered or the ring goes. */

const REGISTER_BUFFERS = 0;
const UNREGISTER_BUFFERS = 1;

function pin(m: Machine, vectors: Value, count: Value): Value {
  const at = target(m, vectors);
  const n = toNumber(m, count) ?? 0;
  const by = m.origin("registered buffer");
  for (let i = 0; at && i < n && i < 1024; i++) {
    const vector = at.obj.address + at.off + i * 16;
    const buffer = target(m, load(m, vector, { size: 8, kind: "ptr" }));
    const bytes = toNumber(m, load(m, vector + 8, { size: 8, kind: "uint" }));
    if (!buffer?.obj.pages || bytes === undefined) continue;
    touch(m, buffer.obj, buffer.off, bytes, true);
    const { pages } = buffer.obj;
    pages.pages.update(pages.pageOf(buffer.off), pages.pageOf(buffer.off + bytes - 1) + 1, (p) => ({
      ...p,
      pinned: by,
    }));
  }
  return 0;
}

/** Ends every pin: which ring holds which buffer is not followed. */
export function unpinAll(m: Machine): Value {
  for (const obj of m.memory.paged()) {
    obj.pages?.pages.update(0, obj.pages.count, (p) => (p.pinned ? { ...p, pinned: undefined } : p));
  }
  return 0;
}

export const URING: Readonly<Record<string, External>> = {
  io_uring_setup: (m) => m.openFd({ k: "uring" }),
  io_uring_enter: (m) => m.fresh(),
  io_uring_register(m, [, operation, vectors, count]) {
    const op = toNumber(m, operation);
    if (op === REGISTER_BUFFERS) return pin(m, vectors, count);
    return op === UNREGISTER_BUFFERS ? unpinAll(m) : 0;
  },
  io_uring_queue_init: () => 0,
  io_uring_queue_init_params: () => 0,
  io_uring_queue_exit: (m) => unpinAll(m),
  io_uring_register_buffers: (m, [, vectors, count]) => pin(m, vectors, count),
  io_uring_unregister_buffers: (m) => unpinAll(m),
};
