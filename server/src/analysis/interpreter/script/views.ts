import type { Access } from "../../ir/ir";
import { load, store, withPages } from "../access";
import { setBytes } from "../libc/memory";
import type { Machine } from "../machine";
import { copyRange } from "../memory";
import { binary, pin, settle, toNumber } from "../operate";
import { ErrnoValue, Native, Ref, Sweep, Sym, type Value, View } from "../value";

/** Buffers, typed arrays and DataViews: typed access to bytes that native code sees at an address. */

const ELEMENTS: Readonly<Record<string, Access>> = {
  Buffer: { size: 1, kind: "uint" },
  Uint8Array: { size: 1, kind: "uint" },
  Uint8ClampedArray: { size: 1, kind: "uint" },
  Int8Array: { size: 1, kind: "int" },
  Uint16Array: { size: 2, kind: "uint" },
  Int16Array: { size: 2, kind: "int" },
  Uint32Array: { size: 4, kind: "uint" },
  Int32Array: { size: 4, kind: "int" },
  Float32Array: { size: 4, kind: "float" },
  Float64Array: { size: 8, kind: "float" },
  BigUint64Array: { size: 8, kind: "uint" },
  BigInt64Array: { size: 8, kind: "int" },
};

export const isViewClass = (name: string): boolean =>
  name in ELEMENTS || name === "DataView" || name === "ArrayBuffer" || name === "SharedArrayBuffer";

export function makeView(m: Machine, bytes: number, type: string): View {
  const obj = withPages(m.memory.allocate("buffer", "", Math.max(1, bytes), 16, 0));
  return new View(obj, 0, bytes, type);
}

const elementOf = (v: View): Access => ELEMENTS[v.type] ?? { size: 1, kind: "uint" };
const isBig = (type: string): boolean => type.startsWith("Big");

/** Numbers of 64-bit fields come back as bigint. */
function widened(v: Value, big: boolean): Value {
  return big && typeof v === "number" && Number.isInteger(v) ? BigInt(v) : v;
}

/** What is stored for a JavaScript value: bigints as plain numbers where that is exact. */
function stored(m: Machine, v: Value): Value {
  const s = settle(m, v);
  if (typeof s === "bigint") {
    const signed = BigInt.asIntN(64, s);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : m.fresh();
  }
  if (typeof s === "boolean") return s ? 1 : 0;
  return s instanceof Sym || s instanceof Sweep || s instanceof ErrnoValue || typeof s === "number"
    ? s
    : s === undefined || s === null
      ? 0
      : m.fresh();
}

export function getElement(m: Machine, v: View, index: Value): Value {
  const acc = elementOf(v);
  const at = binary(m, "+", v.obj.address + v.off, binary(m, "*", index, acc.size));
  const i = toNumber(m, index);
  if (i !== undefined && (i < 0 || (i + 1) * acc.size > v.size)) return undefined;
  return widened(load(m, at, acc), isBig(v.type));
}

export function setElement(m: Machine, v: View, index: Value, value: Value): void {
  const acc = elementOf(v);
  store(m, binary(m, "+", v.obj.address + v.off, binary(m, "*", index, acc.size)), acc, stored(m, value));
}

export function viewMember(_m: Machine, v: View, name: string): Value {
  switch (name) {
    case "length":
      return v.size / elementOf(v).size;
    case "byteLength":
      return v.size;
    case "byteOffset":
      return v.off;
    case "buffer":
    case "parent":
      return new View(v.obj, 0, Math.max(v.size + v.off, v.obj.size), "ArrayBuffer");
    case "BYTES_PER_ELEMENT":
      return elementOf(v).size;
    default:
      return new Native(`view.${name}`, undefined, v);
  }
}

const ACCESSOR = /^(read|write|get|set)(Big)?(U)?(?:int|Int)(8|16|32|64)(LE|BE)?$/i;

/** A method of a Buffer, typed array or DataView. */
export function callViewMethod(m: Machine, v: View, name: string, args: readonly Value[]): Value {
  const accessor = ACCESSOR.exec(name);
  if (accessor) return access(m, v, accessor, args);
  const base = v.obj.address + v.off;
  switch (name) {
    case "fill": {
      const size = elementOf(v).size;
      const from = toNumber(m, args[1]) ?? 0;
      const to = toNumber(m, args[2]) ?? v.size / size;
      setBytes(
        m,
        base + from * size,
        typeof args[0] === "string" || args[0] === undefined ? m.fresh() : (toNumber(m, args[0]) ?? 0),
        (to - from) * size,
      );
      return v;
    }
    case "write":
    case "utf8Write":
      setBytes(
        m,
        binary(m, "+", base, typeof args[1] === "number" ? args[1] : 0),
        m.fresh(),
        typeof args[0] === "string" ? args[0].length : 1,
      );
      return typeof args[0] === "string" ? args[0].length : m.fresh();
    case "set":
      return setAll(m, v, args[0], toNumber(m, args[1]) ?? 0);
    case "copy": {
      const to = args[0];
      if (to instanceof View)
        setBytes(m, to.obj.address + to.off + (toNumber(m, args[1]) ?? 0), m.fresh(), Math.min(v.size, to.size));
      return v.size;
    }
    case "subarray":
    case "slice": {
      const size = elementOf(v).size;
      const length = v.size / size;
      const from = clamp(toNumber(m, args[0]) ?? 0, length);
      const to = clamp(toNumber(m, args[1]) ?? length, length);
      return new View(v.obj, v.off + from * size, Math.max(0, to - from) * size, v.type);
    }
    case "forEach":
    case "map":
    case "toString":
    case "equals":
    case "join":
      return m.fresh();
    case "at":
      return getElement(m, v, args[0]);
    default:
      return m.fresh();
  }
}

const clamp = (n: number, length: number): number => Math.max(0, Math.min(length, n < 0 ? length + n : n));

function access(m: Machine, v: View, accessor: RegExpExecArray, args: readonly Value[]): Value {
  const [, verb, big, unsigned, bits] = accessor;
  const size = Number(bits) / 8;
  const acc: Access = { size, kind: unsigned ? "uint" : "int" };
  const isWrite = verb?.toLowerCase() === "write" || verb?.toLowerCase() === "set";
  const isDataView = verb === "get" || verb === "set";
  const offset = isWrite && !isDataView ? args[1] : args[0];
  const at = binary(m, "+", v.obj.address + v.off, offset === undefined ? 0 : offset);
  if (!isWrite) return widened(load(m, at, acc), big !== undefined);
  store(m, at, acc, stored(m, isDataView ? args[1] : args[0]));
  // Node's writers give the offset behind what they wrote.
  return isDataView ? undefined : binary(m, "+", offset === undefined ? 0 : offset, size);
}

function setAll(m: Machine, v: View, source: Value, offset: number): Value {
  const s = settle(m, source);
  if (s instanceof Ref && s.obj.items) s.obj.items.forEach((x, i) => void setElement(m, v, offset + i, x));
  else if (s instanceof View) setBytes(m, v.obj.address + v.off + offset * elementOf(v).size, m.fresh(), s.size);
  return undefined;
}

/** `new Uint8Array(…)`, `new DataView(…)`, `new ArrayBuffer(…)`. */
export function constructView(m: Machine, type: string, args: readonly Value[]): Value {
  const first = settle(m, args[0]);
  const acc = ELEMENTS[type] ?? { size: 1, kind: "uint" };
  if (first instanceof View) {
    if (first.type !== "ArrayBuffer" && type !== "DataView") {
      const made = makeView(m, (first.size / elementOf(first).size) * acc.size, type);
      setBytes(m, made.obj.address, m.fresh(), made.size);
      return made;
    }
    const from = toNumber(m, args[1]) ?? 0;
    const count = toNumber(m, args[2]);
    return new View(first.obj, first.off + from, count === undefined ? first.size - from : count * acc.size, type);
  }
  if (first instanceof Ref && first.obj.items) {
    const made = makeView(m, first.obj.items.length * acc.size, type);
    first.obj.items.forEach((x, i) => void setElement(m, made, i, x));
    return made;
  }
  return makeView(m, (pin(m, first, 4096) ?? 0) * acc.size, type);
}

/** `Buffer.from(…)` and the like. */
export function bufferFrom(m: Machine, source: Value, offset?: Value, length?: Value): Value {
  const s = settle(m, source);
  if (s instanceof View && s.type === "ArrayBuffer") {
    const from = toNumber(m, offset) ?? 0;
    return new View(s.obj, s.off + from, toNumber(m, length) ?? s.size - from, "Buffer");
  }
  if (s instanceof View) {
    const made = makeView(m, s.size, "Buffer");
    setBytes(m, made.obj.address, m.fresh(), s.size);
    return made;
  }
  if (s instanceof Ref && s.obj.items) return constructBuffer(m, s.obj.items);
  const made = makeView(m, typeof s === "string" ? s.length : 64, "Buffer");
  setBytes(m, made.obj.address, m.fresh(), made.size);
  return made;
}

/** `Buffer.concat`: the parts one after the other, with what is known of their bytes. */
export function concatViews(m: Machine, parts: readonly Value[]): Value {
  const views = parts.filter((p): p is View => p instanceof View);
  if (views.length !== parts.length) return m.fresh();
  const made = makeView(
    m,
    views.reduce((n, v) => n + v.size, 0),
    "Buffer",
  );
  let at = 0;
  for (const v of views) {
    copyRange(v.obj, v.off, made.obj, at, v.size);
    at += v.size;
  }
  return made;
}

function constructBuffer(m: Machine, items: readonly Value[]): View {
  const made = makeView(m, items.length, "Buffer");
  items.forEach((x, i) => void setElement(m, made, i, x));
  return made;
}
