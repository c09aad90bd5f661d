import { PAGE } from "../../domain/constants";
import { cString, literal, scramble, target, touchSweep, withPages } from "../access";
import type { Machine } from "../machine";
import { byteAt, copyRange, fillRange, type Obj } from "../memory";
import { binary, pin, settle, toNumber } from "../operate";
import { touch } from "../touch";
import { Sweep, type Value } from "../value";
import type { External } from "./library";

/** Heap and block functions. */

function heap(m: Machine, size: Value, align: number, zero: boolean): Value {
  m.effects++;
  const bytes = Math.max(1, pin(m, size, PAGE) ?? PAGE);
  const obj = m.memory.allocate("heap", "", bytes, align, zero ? 0 : "unknown");
  withPages(obj);
  return obj.address;
}

/** Writes one byte value over a range, as memset does. */
export function setBytes(m: Machine, to: Value, byte: Value, size: Value): Value {
  const at = settle(m, to);
  const n = pin(m, size, PAGE);
  if (at instanceof Sweep) {
    touchSweep(m, at, n ?? 1, true);
    const under = m.memory.find(at.lo);
    if (under) fillRange(under.obj, under.off, at.hi - at.lo + (n ?? 1), "unknown");
    return to;
  }
  const where = target(m, at);
  if (!where) scramble(m, at, n);
  if (!where || n === undefined || n <= 0) return to;
  if (where.obj.pages) touch(m, where.obj, where.off, n, true);
  const v = toNumber(m, byte);
  if (where.off >= 0)
    fillRange(where.obj, where.off, Math.min(n, where.obj.size - where.off), v === undefined ? "unknown" : v & 0xff);
  return to;
}

export function copyMemory(m: Machine, to: Value, from: Value, size: Value): Value {
  const n = pin(m, size, PAGE);
  const dst = settle(m, to);
  const src = settle(m, from);
  if (src instanceof Sweep) touchSweep(m, src, n ?? 1, false);
  if (dst instanceof Sweep) {
    touchSweep(m, dst, n ?? 1, true);
    const under = m.memory.find(dst.lo);
    if (under) fillRange(under.obj, under.off, dst.hi - dst.lo + (n ?? 1), "unknown");
    return to;
  }
  const a = target(m, dst);
  if (n === undefined || n <= 0) return to;
  const b = src instanceof Sweep ? undefined : target(m, src);
  if (b?.obj.pages) touch(m, b.obj, b.off, n, false);
  if (!a) {
    scramble(m, dst, n);
    return to;
  }
  if (a.obj.pages) touch(m, a.obj, a.off, n, true);
  if (b && b.obj.cells.size < 4096) copyRange(b.obj, b.off, a.obj, a.off, n);
  else fillRange(a.obj, a.off, n, "unknown");
  return to;
}

function copyString(m: Machine, to: Value, from: Value, limit?: number): Value {
  const s = cString(m, from);
  const dst = settle(m, to);
  const n = Math.min((s?.length ?? 15) + 1, limit ?? Number.MAX_SAFE_INTEGER);
  if (dst instanceof Sweep) return copyMemory(m, dst, m.fresh(), n);
  if (s === undefined) {
    scramble(m, to, n);
    return to;
  }
  return copyMemory(m, to, literal(m, s), n);
}

/** Writes text nobody computes, of a length nobody knows: at least the first page is touched. */
function format(m: Machine, to: Value, limit: Value): Value {
  const dst = settle(m, to);
  const n = toNumber(m, limit) ?? 64;
  if (dst instanceof Sweep) touchSweep(m, dst, 1, true);
  else if (toNumber(m, dst) !== 0 && n > 0) {
    const where = target(m, dst);
    if (where) {
      // One page at most: the text is short, whatever room there is for it.
      const room = Math.min(n, PAGE - ((where.obj.address + where.off) % PAGE));
      scramble(m, dst, Math.min(room, 64));
    }
  }
  const length = m.fresh();
  length.lo = 0;
  length.hi = Math.max(0, n - 1);
  return length;
}

const alignedAt = (m: Machine, align: Value): number => Math.max(16, toNumber(m, align) ?? PAGE);

export const MEMORY: Readonly<Record<string, External>> = {
  malloc: (m, [n]) => heap(m, n, 16, false),
  calloc: (m, [n, size]) => heap(m, binary(m, "*", n, size), 16, true),
  reallocarray: (m, [, n, size]) => heap(m, binary(m, "*", n, size), 16, false),
  realloc(m, [p, n]) {
    const made = heap(m, n, 16, false);
    const old = target(m, p);
    const fresh = target(m, made);
    if (old && fresh) {
      copyRange(old.obj, 0, fresh.obj, 0, Math.min(old.obj.size, fresh.obj.size));
      if (old.obj.pages && fresh.obj.pages) touch(m, fresh.obj, 0, Math.min(old.obj.size, fresh.obj.size), true);
    }
    return made;
  },
  aligned_alloc: (m, [align, n]) => heap(m, n, alignedAt(m, align), false),
  memalign: (m, [align, n]) => heap(m, n, alignedAt(m, align), false),
  valloc: (m, [n]) => heap(m, n, PAGE, false),
  pvalloc: (m, [n]) => heap(m, n, PAGE, false),
  posix_memalign(m, [out, align, n]) {
    const where = target(m, out);
    const made = heap(m, n, alignedAt(m, align), false);
    if (where) where.obj.cells.set(where.off, { v: made, size: 8 });
    return 0;
  },
  alloca: (m, [n]) => heap(m, n, 16, false),
  __builtin_alloca: (m, [n]) => heap(m, n, 16, false),
  memset: (m, [p, v, n]) => setBytes(m, p, v, n),
  explicit_bzero: (m, [p, n]) => setBytes(m, p, 0, n),
  bzero: (m, [p, n]) => setBytes(m, p, 0, n),
  memcpy: (m, [to, from, n]) => copyMemory(m, to, from, n),
  memmove: (m, [to, from, n]) => copyMemory(m, to, from, n),
  mempcpy: (m, [to, from, n]) => binary(m, "+", copyMemory(m, to, from, n), n),
  memcmp(m, [a, b, n]) {
    const x = target(m, a);
    const y = target(m, b);
    const bytes = toNumber(m, n);
    if (!x || !y || bytes === undefined) return m.fresh();
    if (x.obj.pages) touch(m, x.obj, x.off, bytes, false);
    if (y.obj.pages) touch(m, y.obj, y.off, bytes, false);
    return bytes <= 256 ? compareBytes(m, x, y, bytes) : m.fresh();
  },
  strcpy: (m, [to, from]) => copyString(m, to, from),
  strncpy: (m, [to, from, n]) => copyString(m, to, from, toNumber(m, n)),
  strlcpy: (m, [to, from, n]) => copyString(m, to, from, toNumber(m, n)),
  stpcpy: (m, [to, from]) => copyString(m, to, from),
  strcat(m, [to]) {
    scramble(m, to, 1);
    return to;
  },
  snprintf: (m, [to, n]) => format(m, to, n),
  vsnprintf: (m, [to, n]) => format(m, to, n),
  sprintf: (m, [to]) => format(m, to, 64),
  mincore(m, [p, n, vec]) {
    const where = target(m, p);
    const out = target(m, vec);
    const bytes = toNumber(m, n);
    if (!out || bytes === undefined) return 0;
    const pages = where?.obj.pages;
    const first = where && pages ? pages.pageOf(where.off) : 0;
    for (let i = 0; i < Math.ceil(bytes / PAGE) && i < 4096; i++) {
      const content = pages?.pages.get(first + i).content ?? "unknown";
      const v = content === "hole" ? 0 : content === "data" || content === "zero" ? 1 : m.fresh();
      out.obj.cells.set(out.off + i, { v, size: 1 });
    }
    return 0;
  },
  getrandom(m, [p, n]) {
    scramble(m, p, n);
    return n;
  },
};

function compareBytes(m: Machine, x: { obj: Obj; off: number }, y: { obj: Obj; off: number }, n: number): Value {
  for (let i = 0; i < n; i++) {
    const a = byteAt(x.obj, x.off + i);
    const b = byteAt(y.obj, y.off + i);
    if (a === undefined || b === undefined) return m.fresh();
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}
