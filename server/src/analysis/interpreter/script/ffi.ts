import { literal, load, store } from "../access";
import { callExternal } from "../libc/library";
import { setBytes } from "../libc/memory";
import type { Machine } from "../machine";
import { settle, toNumber } from "../operate";
import { Native, Ref, Sym, type Value, View } from "../value";
import { arrayRef } from "./objects";

/**
 * Foreign function interfaces: koffi, ffi-napi, ffi-rs, Bun and Deno. What matters of them is which C function is
 * called with which numbers, and which JavaScript bytes it gets the address of.
 */
export const FFI =
  /^(?:koffi|ffi-napi|@\w+\/ffi-napi|ref-napi|ffi-rs|bun:ffi|Deno\.dlopen|ffi|ffi\.\w+|promise)(?:\.|$)/;

/** Members of FFI objects that are not simply dotted names. */
export function foreignMember(o: Native, name: string): Value | undefined {
  if (o.name === "ffi.library")
    return /^(?:func|cdecl|stdcall|symbols|variadic)$/.test(name)
      ? new Native(`ffi.${name}`, o.data)
      : new Native("ffi.function", [name]);
  if (o.name === "ffi.symbols") return new Native("ffi.function", [name]);
  if (o.name === "ffi.function" && name === "async") return o;
  return undefined;
}

/** Calls a function of an FFI package, or a C function that was looked up through it. */
export function callForeign(m: Machine, f: Native, args: readonly Value[]): Value {
  const name = f.name.replace(/^@\w+\//, "");
  if (name === "ffi.function") return callC(m, f.data, args);
  if (name === "promise.resolve" || name === "promise.reject") {
    if (f.data instanceof Ref) f.data.obj.props?.set("value", args[0]);
    return undefined;
  }
  switch (name) {
    case "koffi.load":
    case "bun:ffi.dlopen":
    case "Deno.dlopen":
    case "ffi-napi.DynamicLibrary":
      return new Native("ffi.library");
    case "ffi.func":
    case "ffi.cdecl":
    case "ffi.stdcall":
    case "ffi.variadic":
      return declared(m, args);
    case "ffi-napi.Library":
      return library(m, args[1]);
    case "ffi-rs.load":
      return loadAndCall(m, args[0]);
    case "koffi.struct":
    case "koffi.pack":
      return new Native("ffi.type", [args.find((a) => a instanceof Ref)]);
    case "koffi.pointer":
    case "koffi.inout":
    case "koffi.out":
    case "koffi.in":
      return args.find((a) => a instanceof Native) ?? new Native("ffi.type", [undefined]);
    case "koffi.address":
    case "bun:ffi.ptr":
    case "ref-napi.address":
      return addressOf(m, args[0]);
    case "koffi.view":
    case "bun:ffi.toArrayBuffer":
    case "bun:ffi.toBuffer":
      return viewOf(m, args);
    case "koffi.errno":
      return errno(m, args);
    case "koffi.encode":
      setBytes(m, args[0], m.fresh(), 8);
      return undefined;
    case "koffi.decode":
      load(m, args[0], { size: 1, kind: "uint" });
      return m.fresh();
    default:
      return m.fresh();
  }
}

/** `lib.func('int ioctl(int, …)')` and `lib.func('ioctl', 'int', […])`. */
function declared(m: Machine, args: readonly Value[]): Value {
  const [first, second, third] = args;
  if (typeof first !== "string") return m.fresh();
  const prototype = /(\w+)\s*\(([^)]*)\)/.exec(first);
  if (prototype?.[1]) return new Native("ffi.function", [prototype[1]]);
  const name = /^__\w+$/.test(first) && typeof second === "string" ? second : first;
  const types = third instanceof Ref ? (third.obj.items ?? []) : [];
  return new Native("ffi.function", [name, arrayRef(m, [...types])]);
}

/** `ffi.Library('libc', { ioctl: ['int', […]] })`. */
function library(m: Machine, symbols: Value): Value {
  const made = m.memory.allocate("js", "", 8, 8, 0);
  made.props = new Map();
  if (symbols instanceof Ref)
    for (const name of symbols.obj.props?.keys() ?? []) made.props.set(name, new Native("ffi.function", [name]));
  return new Ref(made);
}

/** ffi-rs: `load({ funcName, paramsValue, … })`. */
function loadAndCall(m: Machine, options: Value): Value {
  if (!(options instanceof Ref)) return m.fresh();
  const name = options.obj.props?.get("funcName");
  const values = options.obj.props?.get("paramsValue");
  if (typeof name !== "string" || !(values instanceof Ref)) return m.fresh();
  return callC(m, [name], values.obj.items ?? []);
}

type Marshalled = { readonly value: Value; readonly after?: () => void };

function callC(m: Machine, data: Native["data"], args: readonly Value[]): Value {
  const list: readonly Value[] = Array.isArray(data) ? data : [];
  const [name, types] = list;
  if (typeof name !== "string") return m.fresh();
  const typeList = types instanceof Ref ? (types.obj.items ?? []) : [];
  const callback = args.at(-1);
  const ready = args.map((a, i) => marshal(m, a, typeList[i]));
  const result = callExternal(
    m,
    name,
    ready.map((r) => r.value),
  );
  for (const r of ready) r.after?.();
  void callback;
  return name === "mmap" && typeof result === "number" ? BigInt(result) : result;
}

/** What C sees of a JavaScript value. */
function marshal(m: Machine, value: Value, type: Value): Marshalled {
  const v = settle(m, value);
  if (v instanceof View) return { value: v.obj.address + v.off };
  if (typeof v === "bigint") {
    const n = Number(BigInt.asIntN(64, v));
    return { value: Number.isSafeInteger(n) ? n : m.fresh() };
  }
  if (typeof v === "boolean") return { value: v ? 1 : 0 };
  if (v === null || v === undefined) return { value: 0 };
  if (typeof v === "string") return { value: literal(m, v) };
  if (v instanceof Ref && v.obj.items) return { value: arrayBytes(m, v.obj.items) };
  if (v instanceof Ref) return structBytes(m, v, type);
  return { value: v };
}

function arrayBytes(m: Machine, items: readonly Value[]): number {
  const obj = m.memory.allocate("buffer", "", Math.max(8, items.length * 8), 16, 0);
  items.forEach((x, i) => void store(m, obj.address + i * 8, { size: 8, kind: "uint" }, toNumber(m, x) ?? m.fresh()));
  return obj.address;
}

/** An object given for a struct: laid out by the struct's declaration, read back after the call. */
function structBytes(m: Machine, ref: Ref, type: Value): Marshalled {
  const declared = type instanceof Native && Array.isArray(type.data) ? type.data[0] : undefined;
  const order =
    declared instanceof Ref
      ? [...(declared.obj.props ?? [])]
      : [...(ref.obj.props?.keys() ?? [])].map((k) => [k, "uint64"] as const);
  const obj = m.memory.allocate("buffer", "", 256, 16, 0);
  let at = 0;
  const fields: { name: string; off: number; size: number }[] = [];
  for (const [name, t] of order) {
    const size = fieldSize(t);
    at = Math.ceil(at / size) * size;
    fields.push({ name, off: at, size });
    const v = ref.obj.props?.get(name);
    if (v instanceof Ref && !v.obj.items) {
      // A nested struct, such as the range of a register call.
      let inner = at;
      for (const x of v.obj.props?.values() ?? []) {
        store(m, obj.address + inner, { size: 8, kind: "uint" }, toNumber(m, x) ?? m.fresh());
        inner += 8;
      }
      at = inner;
      continue;
    }
    store(m, obj.address + at, { size, kind: "uint" }, v === undefined ? 0 : (toNumber(m, v) ?? m.fresh()));
    at += size;
  }
  const after = (): void => {
    for (const f of fields) {
      const before = ref.obj.props?.get(f.name);
      if (before instanceof Ref) continue;
      const now = load(m, obj.address + f.off, { size: f.size, kind: "int" });
      if (typeof now === "number") ref.obj.props?.set(f.name, f.size === 8 ? BigInt(Math.trunc(now)) : now);
      else ref.obj.props?.set(f.name, now);
    }
  };
  return { value: obj.address, after };
}

function fieldSize(type: Value): number {
  if (type instanceof Sym || typeof type !== "string") return 8;
  if (/64|size_t|long|pointer|\*/.test(type)) return 8;
  if (/32|int$/.test(type)) return 4;
  if (/16|short/.test(type)) return 2;
  return /8|char|bool/.test(type) ? 1 : 8;
}

function addressOf(m: Machine, v: Value): Value {
  const n = toNumber(m, v);
  return n === undefined ? m.fresh() : BigInt(n);
}

function viewOf(m: Machine, args: readonly Value[]): Value {
  const at = toNumber(m, args[0]);
  const size = toNumber(m, args.length > 2 ? args[2] : args[1]);
  const where = at === undefined ? undefined : m.memory.find(at);
  return where ? new View(where.obj, where.off, size ?? where.obj.size - where.off, "ArrayBuffer") : m.fresh();
}

function errno(m: Machine, args: readonly Value[]): Value {
  if (args.length > 0) return undefined;
  return load(m, m.errnoObject().address, { size: 4, kind: "int" });
}
