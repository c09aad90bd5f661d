import { PAGE, PROT } from "../domain/constants";
import { narrow } from "../ir/arith";
import type { Access } from "../ir/ir";
import type { Machine } from "./machine";
import { clearCells, copyRange, fillRange, MISSING, type Obj, readCell, writeCell } from "./memory";
import { settle } from "./operate";
import { anonymous, PageMap } from "./pages";
import { touch } from "./touch";
import { Aggregate, ErrnoValue, Sweep, Sym, type Value, View } from "./value";

/** Where an address points; a symbol that is followed becomes an object nobody knows anything about. */
export function target(m: Machine, address: Value): { readonly obj: Obj; readonly off: number } | undefined {
  const a = settle(m, address);
  if (typeof a === "number") return m.memory.find(a);
  if (typeof a === "bigint") return m.memory.find(Number(a));
  if (a instanceof Aggregate) return m.memory.find(a.address);
  if (a instanceof View) return { obj: a.obj, off: a.off };
  if (a instanceof Sym) return unknownTarget(m, a);
  return undefined;
}

function unknownTarget(m: Machine, s: Sym): { readonly obj: Obj; readonly off: number } | undefined {
  if (s.from) {
    const { op, a, b } = s.from;
    const base = settle(m, a);
    if ((op === "+" || op === "-") && base instanceof Sym && !base.from && typeof b === "number") {
      unknownTarget(m, base);
      const now = settle(m, s);
      return typeof now === "number" ? m.memory.find(now) : undefined;
    }
    return undefined;
  }
  const obj = m.memory.allocate("unknown", "", 2 ** 20, PAGE, "unknown");
  obj.pages = new PageMap(2 ** 8, { type: "unknown", prot: PROT.READ | PROT.WRITE, mode: 0 }, 0);
  s.bound = obj.address;
  return { obj, off: 0 };
}

/** Lowest address of an object: numbers below are no addresses. */
const ADDRESSES_FROM = 2 ** 35;

/** The object that an address lies in of which only the base is known. */
function somewhereIn(m: Machine, s: Sym, depth = 0): Obj | undefined {
  if (!s.from || depth > 8 || (s.from.op !== "+" && s.from.op !== "-")) return undefined;
  for (const part of [s.from.a, s.from.b]) {
    const v = settle(m, part);
    if (typeof v === "number" && v >= ADDRESSES_FROM) return m.memory.find(v)?.obj;
    const inner = v instanceof Sym ? somewhereIn(m, v, depth + 1) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** An access nobody knows where: what could have changed by it is not known any more. */
function weaken(m: Machine, address: Value, write: boolean): void {
  const obj = address instanceof Sym ? somewhereIn(m, address) : undefined;
  if (!obj || obj.kind === "literal") return;
  if (write) fillRange(obj, 0, obj.size, "unknown");
  obj.pages?.pages.update(0, obj.pages.count, (p) =>
    p.content === "hole" || (write && (p.content === "zero" || p.shared)) ? { content: "unknown", epoch: p.epoch } : p,
  );
}

/** Gives page state to an object that is large enough to have pages of its own. */
export function withPages(obj: Obj): Obj {
  if (!obj.pages && obj.size >= PAGE && obj.kind !== "mapping") {
    const lead = obj.address % PAGE;
    const count = Math.ceil((obj.size + lead) / PAGE);
    obj.pages = new PageMap(count, anonymous(), lead);
    // A small block may come from memory that was used before: whether its pages are there is not known.
    if (obj.kind !== "global" && obj.size < 128 * 1024) obj.pages.pages.set(0, count, { content: "unknown", epoch: 0 });
  }
  return obj;
}

export function load(m: Machine, address: Value, acc: Access): Value {
  const a = settle(m, address);
  if (a instanceof Sweep) {
    touchSweep(m, a, acc.size, false);
    return m.fresh();
  }
  const at = target(m, a);
  if (!at) {
    weaken(m, a, false);
    return m.fresh();
  }
  const { obj, off } = at;
  if (acc.kind === "agg") return new Aggregate(obj.address + off, acc.size);
  if (obj.pages) touch(m, obj, off, acc.size, false);
  const v = readCell(obj, off, acc.size);
  if (v !== MISSING) return typeof v === "number" ? narrow(acc, v) : v;
  if (off < 0 || off + acc.size > obj.size) return m.fresh();
  const fresh = m.fresh();
  if (acc.kind === "uint" || acc.kind === "ptr") fresh.lo = 0;
  if (!obj.blurred) writeCell(obj, off, acc.size, fresh);
  return fresh;
}

export function store(m: Machine, address: Value, acc: Access, value: Value): void {
  const a = settle(m, address);
  const v = settle(m, value);
  if (a instanceof Sweep) {
    touchSweep(m, a, acc.size, true);
    blur(m, a, acc.size);
    return;
  }
  const at = target(m, a);
  if (!at) {
    weaken(m, a, true);
    return;
  }
  const { obj, off } = at;
  if (obj.pages) touch(m, obj, off, acc.size, true);
  if (acc.kind === "agg") {
    if (v instanceof Aggregate) copyBytes(m, v.address, obj, off, acc.size);
    else fillRange(obj, off, acc.size, "unknown");
    return;
  }
  if (v instanceof Sweep) writeCell(obj, off, acc.size, v);
  else writeCell(obj, off, acc.size, typeof v === "number" ? narrow(acc, v) : v instanceof ErrnoValue ? v : v);
}

function copyBytes(m: Machine, from: number, obj: Obj, off: number, size: number): void {
  const source = m.memory.find(from);
  if (source) copyRange(source.obj, source.off, obj, off, size);
  else fillRange(obj, off, size, "unknown");
}

/** Touches every page the addresses of a sweep lie in. */
export function touchSweep(m: Machine, s: Sweep, size: number, write: boolean): void {
  const at = m.memory.find(s.lo);
  if (!at?.obj.pages) return;
  if (s.step <= PAGE) {
    touch(m, at.obj, at.off, s.hi - s.lo + size, write);
    return;
  }
  for (let a = s.lo, n = 0; a <= s.hi && n < 4096; a += s.step, n++) touch(m, at.obj, at.off + a - s.lo, size, write);
}

function blur(m: Machine, s: Sweep, size: number): void {
  const at = m.memory.find(s.lo);
  if (!at) return;
  fillRange(at.obj, at.off, s.hi - s.lo + size, "unknown");
}

/** Bytes of a C string, or undefined when they are not all known. */
export function cString(m: Machine, address: Value, limit = 4096): string | undefined {
  const at = target(m, address);
  if (!at) return undefined;
  let out = "";
  for (let i = 0; i < limit; i++) {
    const v = readCell(at.obj, at.off + i, 1);
    if (typeof v !== "number") return undefined;
    if (v === 0) return out;
    out += String.fromCharCode(v & 0xff);
  }
  return undefined;
}

/** A string literal's bytes, one object for each text. */
export function literal(m: Machine, s: string): number {
  const known = m.literals.get(s);
  if (known !== undefined) return known;
  const obj = m.memory.allocate("literal", "", s.length + 1, 1, 0);
  for (let i = 0; i < s.length && i < 2048; i++) writeCell(obj, i, 1, s.charCodeAt(i) & 0xff);
  if (s.length > 2048) fillRange(obj, 2048, s.length - 2048, "unknown");
  m.literals.set(s, obj.address);
  return obj.address;
}

/** Bytes changed by something the analysis does not follow. */
export function scramble(m: Machine, address: Value, size: Value): void {
  const at = target(m, address);
  if (!at) {
    weaken(m, settle(m, address), true);
    return;
  }
  const n = settle(m, size);
  const bytes = typeof n === "number" ? n : at.obj.size - at.off;
  if (bytes <= 0) return;
  if (at.obj.pages) touch(m, at.obj, at.off, bytes, true);
  fillRange(at.obj, at.off, Math.min(bytes, Math.max(0, at.obj.size - at.off)), "unknown");
}

/** A whole object handed to code nobody sees: neither its bytes nor its pages are known afterwards. */
export function surrender(m: Machine, address: Value): void {
  const at = target(m, address);
  if (!at) weaken(m, settle(m, address), true);
  if (!at || at.obj.kind === "literal") return;
  clearCells(at.obj, 0, at.obj.size);
  at.obj.fills.set(0, at.obj.size, "unknown");
  at.obj.pages?.pages.update(0, at.obj.pages.count, (p) => ({ content: "unknown", epoch: p.epoch }));
}
