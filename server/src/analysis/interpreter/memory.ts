import type { PageMap } from "./pages";
import { RunMap } from "./runs";
import type { ClassValue, Value } from "./value";

export type ObjKind = "local" | "global" | "heap" | "mapping" | "literal" | "unknown" | "js" | "buffer";

interface Cell {
  readonly v: Value;
  readonly size: number;
}

/** What bytes that were never stored one by one hold: a byte value, or nobody knows. */
type Fill = number | "unknown";

/** Distance between the addresses of two objects: pointer arithmetic that leaves one never reaches another. */
const STRIDE = 2 ** 32;
const FIRST_SLOT = 16;

/** A piece of storage with an address of its own. */
export class Obj {
  /** Known contents by byte offset; cells never overlap. */
  readonly cells = new Map<number, Cell>();
  readonly fills: RunMap<Fill>;
  private pageState: PageMap | undefined;
  freed = false;
  /** Properties of a JavaScript object. */
  props: Map<string, Value> | undefined;
  cls: ClassValue | undefined;
  getters: Map<string, Value> | undefined;
  /** `Map` for an object made by that class. */
  kindName: "Map" | undefined;
  /** Elements of a JavaScript array. */
  items: Value[] | undefined;
  /** Makes the storage as good as new: a variable whose declaration is run again. */
  reset(): void {
    this.cells.clear();
    this.fills.clear();
  }

  /** Written in a loop that was followed in one go: single cells say nothing. */
  blurred = false;

  constructor(
    readonly kind: ObjKind,
    readonly name: string,
    readonly address: number,
    readonly size: number,
    fill: Fill,
    /** Takes the object when its pages begin to be followed. */
    private readonly paged: Set<Obj>,
  ) {
    this.fills = new RunMap<Fill>(fill);
  }

  /** State of its pages and mappings, for everything that can be a source or a target. */
  get pages(): PageMap | undefined {
    return this.pageState;
  }

  set pages(state: PageMap | undefined) {
    this.pageState = state;
    if (state) this.paged.add(this);
  }
}

/** All objects of one path, found by address. */
export class Memory {
  private readonly slots = new Map<number, Obj>();
  private next = FIRST_SLOT;
  private readonly pagedObjects = new Set<Obj>();
  readonly mapped: Obj[] = [];

  /** `align` is what the object is guaranteed; nothing more is given, as on a real heap. */
  allocate(kind: ObjKind, name: string, size: number, align: number, fill: Fill): Obj {
    const slot = this.next;
    const taken = Math.max(1, Math.min(1024, Math.ceil((size + 2 ** 22) / STRIDE)));
    this.next += taken;
    const offset =
      align >= 4096 ? 2 ** 21 : align > 64 ? 2 ** 20 + align : kind === "heap" ? 2 ** 20 + 16 : 2 ** 20 + 64;
    const obj = new Obj(kind, name, slot * STRIDE + offset, size, fill, this.pagedObjects);
    for (let i = 0; i < taken; i++) this.slots.set(slot + i, obj);
    return obj;
  }

  /** Forgets an object whose function has returned; its address is never given again. */
  release(obj: Obj): void {
    this.slots.delete(Math.floor(obj.address / STRIDE));
    this.pagedObjects.delete(obj);
  }

  /** Objects whose pages are followed. */
  paged(): Iterable<Obj> {
    return this.pagedObjects;
  }

  /** The object an address belongs to; the offset may lie outside of it. */
  find(address: number): { readonly obj: Obj; readonly off: number } | undefined {
    const obj = this.slots.get(Math.floor(address / STRIDE));
    return obj && { obj, off: address - obj.address };
  }
}

/** Value of `size` bytes at `off`, or undefined when they were never all known. */
export function readCell(obj: Obj, off: number, size: number): Value | undefined | typeof MISSING {
  const cell = obj.cells.get(off);
  if (cell && cell.size === size) return cell.v;
  return compose(obj, off, size);
}

export const MISSING = Symbol("missing");

function compose(obj: Obj, off: number, size: number): number | typeof MISSING {
  if (size > 8) return MISSING;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) {
    const byte = byteAt(obj, off + i);
    if (byte === undefined) return MISSING;
    value = value * 256 + byte;
  }
  return Number.isSafeInteger(value) ? value : value >= 2 ** 63 ? value - 2 ** 64 : MISSING;
}

/** A known byte, or undefined. */
export function byteAt(obj: Obj, off: number): number | undefined {
  for (let start = off; start > off - 8; start--) {
    const cell = obj.cells.get(start);
    if (!cell) continue;
    if (start + cell.size <= off) break;
    if (typeof cell.v !== "number" || !Number.isInteger(cell.v)) return undefined;
    const shift = off - start;
    const v = cell.v < 0 ? cell.v + 2 ** (8 * Math.min(cell.size, 8)) : cell.v;
    return Math.floor(v / 256 ** shift) % 256;
  }
  const fill = obj.fills.get(off);
  return fill === "unknown" ? undefined : fill;
}

export function writeCell(obj: Obj, off: number, size: number, v: Value): void {
  const before = obj.cells.get(off);
  if (before && before.size === size) {
    obj.cells.set(off, { v, size });
    return;
  }
  if (obj.cells.size > 0) clearCells(obj, off, size);
  obj.cells.set(off, { v, size });
}

/** Forgets cells that overlap a range; bytes of a cut number that lie outside are kept. */
export function clearCells(obj: Obj, off: number, size: number): void {
  if (obj.cells.size === 0) return;
  if (size > obj.cells.size * 2 + 16) {
    for (const [at, cell] of obj.cells) if (at < off + size && at + cell.size > off) cut(obj, at, cell, off, size);
    return;
  }
  for (let at = off - 7; at < off + size; at++) {
    const cell = obj.cells.get(at);
    if (cell && at + cell.size > off) cut(obj, at, cell, off, size);
  }
}

function cut(obj: Obj, at: number, cell: Cell, off: number, size: number): void {
  const kept: [number, number | undefined][] = [];
  for (let i = at; i < at + cell.size; i++) if (i < off || i >= off + size) kept.push([i, byteAt(obj, i)]);
  obj.cells.delete(at);
  for (const [i, byte] of kept) {
    if (byte === undefined) obj.fills.set(i, i + 1, "unknown");
    else obj.cells.set(i, { v: byte, size: 1 });
  }
}

/** Sets a range to one byte value, or to unknown. */
export function fillRange(obj: Obj, off: number, size: number, fill: Fill): void {
  clearCells(obj, off, size);
  obj.fills.set(off, off + size, fill);
}

/** Copies what is known of a range. Ranges may overlap. */
export function copyRange(from: Obj, fromOff: number, to: Obj, toOff: number, size: number): void {
  const cells: [number, Cell][] = [];
  for (const [at, cell] of from.cells) {
    if (at >= fromOff && at + cell.size <= fromOff + size) cells.push([at - fromOff, cell]);
  }
  const fills = from.fills.over(fromOff, fromOff + size);
  clearCells(to, toOff, size);
  for (const run of fills) to.fills.set(run.start - fromOff + toOff, run.end - fromOff + toOff, run.v);
  for (const [at, cell] of cells) to.cells.set(at + toOff, cell);
}
