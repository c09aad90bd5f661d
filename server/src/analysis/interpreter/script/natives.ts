import { headerConstant, PAGE } from "../../domain/constants";
import { callValue } from "../calls";
import { callExternal, isLibraryFunction } from "../libc/library";
import { sharePages } from "../libc/processes";
import { type Machine, PathEnd } from "../machine";
import { settle, toNumber, truth } from "../operate";
import { Closure, Native, Ref, Sym, type Value, View } from "../value";
import { callForeign, FFI, foreignMember } from "./ffi";
import { iterate } from "./index";
import { callNativeMethod } from "./methods";
import { arrayRef, objectRef } from "./objects";
import { bufferFrom, callViewMethod, concatViews, constructView, isViewClass, makeView } from "./views";

/** What Node, the platform and native packages provide, found by dotted name. */

/** A member of a module, namespace object or function of the platform. */
export function nativeMember(m: Machine, o: Native, name: string): Value {
  const foreign = foreignMember(o, name);
  if (foreign !== undefined) return foreign;
  const path = `${o.name}.${name}`;
  const errno = /errno\.(E[A-Z0-9]+)$/.exec(path)?.[1];
  if (errno) return headerConstant(errno) ?? m.fresh();
  if (/^(?:process\.(?:argv|env|pid|execPath|platform|arch|exitCode|hrtime)|import\.meta)/.test(path)) return m.fresh();
  if (o.name === "globalThis") return new Native(name);
  return new Native(path, undefined, o.self);
}

/** Ways Node makes a process: libuv forks, so pages become shared copy-on-write. */
const FORKS =
  /^(?:child_process\.(?:exec|execFile|spawn|fork|execSync|execFileSync|spawnSync)|cluster\.fork|execa(?:\.\w+)?|cross-spawn(?:\.\w+)?|zx\.\$|Bun\.spawn(?:Sync)?)$/;

/** Calls something of the platform. */
export function callNative(m: Machine, f: Native, args: readonly Value[], self: Value): Value {
  if (FFI.test(f.name)) return callForeign(m, f, args);
  if (f.self instanceof View && f.name.startsWith("view.")) return callViewMethod(m, f.self, f.name.slice(5), args);
  if (FORKS.test(f.name)) return startProcess(m, args);
  const known = FUNCTIONS[f.name];
  if (known) return known(m, args);
  const viewMaker = /^(\w+)\.(from|of)$/.exec(f.name);
  if (viewMaker?.[1] && viewMaker[1] !== "Buffer" && isViewClass(viewMaker[1])) {
    const items = viewMaker[2] === "of" ? [...args] : mapped(m, iterate(m, args[0], false), args[1]);
    return constructView(m, viewMaker[1], [arrayRef(m, items)]);
  }
  if (f.name.startsWith("Math.")) return math(m, f.name.slice(5), args);
  if (/^(?:console|fs|path|os|perf_hooks|performance|crypto|util\.(?:format|inspect)|assert)(?:\.|$)/.test(f.name))
    return f.name.startsWith("assert") ? assertion(m, f.name, args) : m.fresh();
  const last = f.name.slice(f.name.lastIndexOf(".") + 1);
  // A native addon that exposes system calls under their own names.
  if (
    f.name.includes(".") &&
    isLibraryFunction(last) &&
    !/^(?:Promise|Object|Array|JSON|Number|String|Symbol|Reflect)\./.test(f.name)
  ) {
    return callExternal(
      m,
      last,
      args.map((a) => a),
    );
  }
  if (f.name === "ioctl" || f.name.endsWith("/ioctl")) return callExternal(m, "ioctl", args);
  // Something unseen may call back, now or later.
  for (const a of args)
    if (a instanceof Closure && a.fn.params.length <= 3) m.later(() => void callValue(m, a, [], undefined));
  void self;
  return m.fresh();
}

function startProcess(m: Machine, args: readonly Value[]): Value {
  sharePages(m, "child_process");
  m.epoch++;
  const callback = args.at(-1);
  if (callback instanceof Closure) m.later(() => void callValue(m, callback, [null, m.fresh(), m.fresh()], undefined));
  return m.fresh();
}

function assertion(m: Machine, name: string, args: readonly Value[]): Value {
  if (/^assert(?:\.ok|\.strict)?$/.test(name) && truth(m, args[0]) === false) throw new PathEnd("exit");
  return undefined;
}

function math(m: Machine, name: string, args: readonly Value[]): Value {
  const numbers = args.map((a) => toNumber(m, a));
  if (name === "PI") return Math.PI;
  if (!numbers.every((n) => n !== undefined)) return m.fresh();
  const [a = 0, b = 0] = numbers;
  switch (name) {
    case "min":
      return Math.min(...numbers);
    case "max":
      return Math.max(...numbers);
    case "floor":
      return Math.floor(a);
    case "ceil":
      return Math.ceil(a);
    case "trunc":
      return Math.trunc(a);
    case "round":
      return Math.round(a);
    case "abs":
      return Math.abs(a);
    case "pow":
      return a ** b;
    case "log2":
      return Math.log2(a);
    default:
      return m.fresh();
  }
}

const wait = (m: Machine): Value => {
  m.epoch++;
  return m.fresh();
};

function toBigInt(m: Machine, value: Value): Value {
  const v = settle(m, value);
  if (typeof v === "bigint" || v instanceof Sym) return v;
  if (typeof v === "string" && /^\s*(?:0x[\da-f]+|\d+)\s*$/i.test(v)) return BigInt(v.trim());
  const n = toNumber(m, v);
  return n !== undefined && Number.isInteger(n) ? BigInt(n) : v;
}

function toPlainNumber(m: Machine, value: Value): Value {
  const v = settle(m, value);
  if (typeof v === "bigint") return Number.isSafeInteger(Number(v)) ? Number(v) : m.fresh();
  if (typeof v === "string") return Number(v);
  return v;
}

const FUNCTIONS: Readonly<Record<string, (m: Machine, args: readonly Value[]) => Value>> = {
  BigInt: (m, [v]) => toBigInt(m, v),
  "BigInt.asUintN": (_m, [, v]) => v,
  "BigInt.asIntN": (_m, [, v]) => v,
  Number: (m, [v]) => toPlainNumber(m, v),
  "Number.parseInt": (m, [v]) => toPlainNumber(m, v),
  parseInt: (m, [v]) => (typeof v === "string" ? Number.parseInt(v, 10) : toPlainNumber(m, v)),
  String: (m, [v]) => (typeof v === "string" || typeof v === "number" || typeof v === "bigint" ? String(v) : m.fresh()),
  Boolean: (m, [v]) => truth(m, v) ?? m.fresh(),
  "Buffer.alloc": (m, [n]) => makeView(m, toNumber(m, n) ?? 8 * PAGE, "Buffer"),
  "Buffer.allocUnsafe": (m, [n]) => makeView(m, toNumber(m, n) ?? 8 * PAGE, "Buffer"),
  "Buffer.allocUnsafeSlow": (m, [n]) => makeView(m, toNumber(m, n) ?? 8 * PAGE, "Buffer"),
  "Buffer.from": (m, [v, off, n]) => bufferFrom(m, v, off, n),
  "Buffer.concat": (m, [list]) => concatViews(m, iterate(m, list, false)),
  "Object.freeze": (_m, [v]) => v,
  "Object.assign": (m, [to, ...from]) => {
    for (const s of from)
      if (to instanceof Ref && s instanceof Ref) for (const [k, v] of s.obj.props ?? []) to.obj.props?.set(k, v);
    return to ?? m.fresh();
  },
  "Object.keys": (m, [o]) => (o instanceof Ref && o.obj.props ? arrayRef(m, [...o.obj.props.keys()]) : m.fresh()),
  "Object.values": (m, [o]) => (o instanceof Ref && o.obj.props ? arrayRef(m, [...o.obj.props.values()]) : m.fresh()),
  "Object.entries": (m, [o]) =>
    o instanceof Ref && o.obj.props
      ? arrayRef(
          m,
          [...o.obj.props].map(([k, v]) => arrayRef(m, [k, v])),
        )
      : m.fresh(),
  "Object.fromEntries": (m, [list]) =>
    objectRef(
      m,
      iterate(m, list, false).flatMap((e): [string, Value][] =>
        e instanceof Ref && typeof e.obj.items?.[0] === "string" ? [[e.obj.items[0], e.obj.items[1]]] : [],
      ),
    ),
  "Array.from": (m, args) => arrayFrom(m, args),
  "Array.of": (m, args) => arrayRef(m, [...args]),
  "Array.isArray": (_m, [v]) => v instanceof Ref && v.obj.items !== undefined,
  Array: (m, [n]) => arrayRef(m, new Array(Math.min(10_000, Math.max(0, toNumber(m, n) ?? 0))).fill(undefined)),
  "Promise.resolve": (_m, [v]) => v,
  "Promise.all": (_m, [v]) => v,
  "Promise.allSettled": (_m, [v]) => v,
  "Promise.race": (_m, [v]) => (v instanceof Ref ? v.obj.items?.[0] : v),
  "util.promisify": (_m, [f]) => f,
  promisify: (_m, [f]) => f,
  setTimeout: (m, [f]) => schedule(m, f),
  setImmediate: (m, [f]) => schedule(m, f),
  queueMicrotask: (m, [f]) => schedule(m, f),
  "process.nextTick": (m, [f]) => schedule(m, f),
  setInterval: (m, [f]) => schedule(m, f),
  "timers/promises.setTimeout": wait,
  "timers/promises.setImmediate": wait,
  "timers.setTimeout": (m, [f]) => schedule(m, f),
  "Atomics.wait": wait,
  "events.once": wait,
  "process.exit": () => {
    throw new PathEnd("exit");
  },
  "process.abort": () => {
    throw new PathEnd("exit");
  },
  "process.reallyExit": () => {
    throw new PathEnd("exit");
  },
};

const mapped = (m: Machine, items: readonly Value[], f: Value): Value[] =>
  f === undefined ? [...items] : items.map((x, i) => callValue(m, f, [x, i], m.here()));

function schedule(m: Machine, f: Value): Value {
  if (f instanceof Closure)
    m.later(() => {
      m.epoch++;
      callValue(m, f, [], undefined);
    });
  return m.fresh();
}

function arrayFrom(m: Machine, [source, f]: readonly Value[]): Value {
  const s = settle(m, source);
  const length = s instanceof Ref && !s.obj.items ? toNumber(m, s.obj.props?.get("length")) : undefined;
  const items =
    length === undefined
      ? iterate(m, s, false)
      : new Array<Value>(Math.min(10_000, Math.max(0, length))).fill(undefined);
  return arrayRef(m, mapped(m, items, f));
}

/** `new` of something that is not a class of the workspace. */
export function construct(m: Machine, f: Value, args: readonly Value[]): Value {
  if (!(f instanceof Native)) return m.fresh();
  const name = f.name.replace(/^globalThis\./, "");
  if (isViewClass(name)) return constructView(m, name, args);
  switch (name) {
    case "Array":
      return FUNCTIONS.Array?.(m, args);
    case "Map":
    case "WeakMap": {
      const ref = objectRef(m, []);
      for (const e of iterate(m, args[0], false))
        if (e instanceof Ref && e.obj.items) callNativeMethod(m, ref, "set", e.obj.items);
      ref.obj.kindName = "Map";
      return ref;
    }
    case "Set":
    case "WeakSet":
      return arrayRef(m, iterate(m, args[0], false));
    case "Promise":
      return promise(m, args[0]);
    case "Error":
    case "TypeError":
    case "RangeError":
      return objectRef(m, [["message", args[0]]]);
    default:
      return m.fresh();
  }
}

function promise(m: Machine, executor: Value): Value {
  const box = objectRef(m, []);
  if (executor instanceof Closure) {
    callValue(m, executor, [new Native("promise.resolve", box), new Native("promise.reject", box)], m.here());
  }
  return box.obj.props?.has("value") ? box.obj.props.get("value") : m.fresh();
}
