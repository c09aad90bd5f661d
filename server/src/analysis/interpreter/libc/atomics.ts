import type { BinaryOp } from "../../ir/ir";
import { load, store, target } from "../access";
import type { Machine } from "../machine";
import { MISSING, readCell } from "../memory";
import { binary } from "../operate";
import type { Value } from "../value";
import type { External } from "./library";

/** Width of the variable an atomic works on: the builtins take it from the pointer's type, which is gone by now. */
function widthAt(m: Machine, p: Value): number {
  const at = target(m, p);
  if (!at) return 8;
  const cell = at.obj.cells.get(at.off);
  if (cell) return cell.size;
  if (at.obj.size - at.off < 8) return Math.max(1, at.obj.size - at.off);
  return readCell(at.obj, at.off, 8) === MISSING ? 8 : 4;
}

const access = (m: Machine, p: Value) => ({ size: widthAt(m, p), kind: "int" }) as const;
const read: External = (m, [p]) => load(m, p, access(m, p));
const write: External = (m, [p, v]) => {
  store(m, p, access(m, p), v);
  return undefined;
};
const change =
  (op: BinaryOp, old: boolean): External =>
  (m, [p, v]) => {
    const before = load(m, p, access(m, p));
    const after = binary(m, op, before, v);
    store(m, p, access(m, p), after);
    return old ? before : after;
  };
const exchange: External = (m, [p, v]) => {
  const before = load(m, p, access(m, p));
  store(m, p, access(m, p), v);
  return before;
};

/** C11 and GCC atomics: plain reads and writes, as threads run one after the other here. */
export const ATOMICS: Readonly<Record<string, External>> = {
  atomic_load: read,
  atomic_load_explicit: read,
  __atomic_load_n: read,
  READ_ONCE: (_m, [v]) => v,
  atomic_store: write,
  atomic_store_explicit: write,
  atomic_init: write,
  __atomic_store_n: write,
  atomic_fetch_add: change("+", true),
  atomic_fetch_add_explicit: change("+", true),
  __atomic_fetch_add: change("+", true),
  __sync_fetch_and_add: change("+", true),
  __atomic_add_fetch: change("+", false),
  __sync_add_and_fetch: change("+", false),
  atomic_fetch_sub: change("-", true),
  atomic_fetch_sub_explicit: change("-", true),
  __atomic_fetch_sub: change("-", true),
  __sync_fetch_and_sub: change("-", true),
  __atomic_sub_fetch: change("-", false),
  __sync_sub_and_fetch: change("-", false),
  atomic_fetch_or: change("|", true),
  atomic_fetch_and: change("&", true),
  atomic_exchange: exchange,
  atomic_exchange_explicit: exchange,
  __atomic_exchange_n: exchange,
  __sync_synchronize: () => undefined,
  atomic_thread_fence: () => undefined,
  __atomic_thread_fence: () => undefined,
};
