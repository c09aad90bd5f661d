import { callValue } from "../calls";
import { callExternal, isLibraryFunction } from "../libc/library";
import type { Machine } from "../machine";
import { binary, settle, toNumber, truth } from "../operate";
import { Closure, FnName, Native, Ref, Sym, type Value, View } from "../value";
import { iterate } from "./index";
import { arrayRef, keyText } from "./objects";
import { callViewMethod } from "./views";

/** Methods of arrays, strings, maps, promises and of things nobody knows. */
export function callNativeMethod(m: Machine, receiver: Value, name: string, args: readonly Value[]): Value {
  if (receiver instanceof View) return callViewMethod(m, receiver, name, args);
  if (name === "call" || name === "apply" || name === "bind") return reflect(m, receiver, name, args);
  if (receiver instanceof Ref && receiver.obj.kindName === "Map") return mapMethod(m, receiver, name, args);
  if (receiver instanceof Ref && receiver.obj.items) {
    const done = arrayMethod(m, receiver, receiver.obj.items, name, args);
    if (done.known) return done.value;
  }
  if (typeof receiver === "string") return stringMethod(m, receiver, name, args);
  if (name === "then") return args[0] instanceof Closure ? callValue(m, args[0], [receiver], m.here()) : receiver;
  if (name === "catch") return receiver;
  if (name === "finally") {
    if (args[0] instanceof Closure) callValue(m, args[0], [], m.here());
    return receiver;
  }
  if (name === "toString" || name === "toLocaleString")
    return typeof receiver === "number" || typeof receiver === "bigint" ? String(receiver) : m.fresh();
  if (name === "valueOf") return receiver;
  // An object nobody knows with a method named like a system call: a native addon.
  if (
    receiver instanceof Sym &&
    isLibraryFunction(name) &&
    /^(?:ioctl|mmap|madvise|mprotect|mlock|munmap|mremap|memset|syscall|fork)$/.test(name)
  ) {
    return callExternal(m, name, args);
  }
  if (receiver instanceof Sym && (name === "on" || name === "once")) {
    const f = args.at(-1);
    if (f instanceof Closure) m.later(() => void callValue(m, f, [], undefined));
  }
  return m.fresh();
}

function reflect(m: Machine, f: Value, name: string, args: readonly Value[]): Value {
  const [self, ...rest] = args;
  if (name === "bind") return f instanceof Closure && !f.bound ? new Closure(f.fn, f.frame, true, self, f.home) : f;
  const list = name === "apply" ? iterate(m, rest[0], false) : rest;
  return f instanceof Closure || f instanceof Native || f instanceof FnName
    ? callValue(m, f, list, m.here(), self)
    : m.fresh();
}

interface Done {
  readonly known: boolean;
  readonly value?: Value;
}

function arrayMethod(m: Machine, ref: Ref, items: Value[], name: string, args: readonly Value[]): Done {
  const [f] = args;
  const each = (x: Value, i: number): Value => callValue(m, f, [x, i, ref], m.here());
  const found = (value: Value): Done => ({ known: true, value });
  switch (name) {
    case "forEach":
      [...items].forEach((x, i) => void each(x, i));
      return found(undefined);
    case "map":
      return found(arrayRef(m, items.map(each)));
    case "flatMap":
      return found(
        arrayRef(
          m,
          items.flatMap((x, i) => {
            const v = each(x, i);
            return v instanceof Ref && v.obj.items ? v.obj.items : [v];
          }),
        ),
      );
    case "filter":
      return found(
        arrayRef(
          m,
          items.filter((x, i) => truth(m, each(x, i)) !== false),
        ),
      );
    case "find":
      return found(items.find((x, i) => truth(m, each(x, i)) === true));
    case "findIndex":
      return found(items.findIndex((x, i) => truth(m, each(x, i)) === true));
    case "some":
      return found(items.some((x, i) => truth(m, each(x, i)) === true));
    case "every":
      return found(items.every((x, i) => truth(m, each(x, i)) === true));
    case "reduce": {
      const start = args.length > 1 ? 0 : 1;
      let value = args.length > 1 ? args[1] : items[0];
      for (let i = start; i < items.length; i++) value = callValue(m, f, [value, items[i], i, ref], m.here());
      return found(value);
    }
    case "push":
    case "add":
      items.push(...args);
      return found(name === "push" ? items.length : ref);
    case "unshift":
      items.unshift(...args);
      return found(items.length);
    case "pop":
      return found(items.pop());
    case "shift":
      return found(items.shift());
    case "slice":
      return found(arrayRef(m, items.slice(toNumber(m, args[0]), toNumber(m, args[1]))));
    case "splice":
      return found(
        arrayRef(m, items.splice(toNumber(m, args[0]) ?? 0, toNumber(m, args[1]) ?? items.length, ...args.slice(2))),
      );
    case "concat":
      return found(
        arrayRef(m, [...items, ...args.flatMap((a) => (a instanceof Ref && a.obj.items ? a.obj.items : [a]))]),
      );
    case "reverse":
      items.reverse();
      return found(ref);
    case "toReversed":
      return found(arrayRef(m, [...items].reverse()));
    case "at": {
      const i = toNumber(m, args[0]);
      return found(i === undefined ? m.fresh() : items.at(i));
    }
    case "includes":
    case "has":
      return found(items.some((x) => truth(m, binary(m, "==", x, args[0])) === true));
    case "indexOf":
      return found(items.findIndex((x) => truth(m, binary(m, "==", x, args[0])) === true));
    case "fill":
      items.fill(args[0]);
      return found(ref);
    case "keys":
      return found(
        arrayRef(
          m,
          items.map((_x, i) => i),
        ),
      );
    case "values":
      return found(ref);
    case "entries":
      return found(
        arrayRef(
          m,
          items.map((x, i) => arrayRef(m, [i, x])),
        ),
      );
    case "flat":
      return found(
        arrayRef(
          m,
          items.flatMap((x) => (x instanceof Ref && x.obj.items ? x.obj.items : [x])),
        ),
      );
    case "join": {
      const parts = items.map((x) => settle(m, x));
      return found(
        parts.every((x) => typeof x === "string" || typeof x === "number")
          ? parts.join(typeof args[0] === "string" ? args[0] : ",")
          : m.fresh(),
      );
    }
    default:
      return { known: false };
  }
}

function mapMethod(m: Machine, ref: Ref, name: string, args: readonly Value[]): Value {
  const { obj } = ref;
  obj.props ??= new Map();
  const key = keyText(settle(m, args[0])) ?? (args[0] instanceof Ref ? `#${args[0].obj.address}` : undefined);
  switch (name) {
    case "set":
      if (key !== undefined) obj.props.set(key, args[1]);
      return ref;
    case "get":
      return key === undefined ? m.fresh() : obj.props.get(key);
    case "has":
      return key === undefined ? m.fresh() : obj.props.has(key);
    case "delete":
      return key === undefined ? m.fresh() : obj.props.delete(key);
    case "values":
      return arrayRef(m, [...obj.props.values()]);
    case "keys":
      return arrayRef(m, [...obj.props.keys()]);
    case "entries":
      return arrayRef(
        m,
        [...obj.props].map(([k, v]) => arrayRef(m, [k, v])),
      );
    case "forEach":
      for (const [k, v] of obj.props) callValue(m, args[0], [v, k, ref], m.here());
      return undefined;
    default:
      return m.fresh();
  }
}

function stringMethod(m: Machine, s: string, name: string, args: readonly Value[]): Value {
  const [a, b] = args;
  switch (name) {
    case "startsWith":
      return typeof a === "string" ? s.startsWith(a) : m.fresh();
    case "endsWith":
      return typeof a === "string" ? s.endsWith(a) : m.fresh();
    case "includes":
      return typeof a === "string" ? s.includes(a) : m.fresh();
    case "slice":
    case "substring":
      return s.slice(toNumber(m, a), toNumber(m, b));
    case "toUpperCase":
      return s.toUpperCase();
    case "toLowerCase":
      return s.toLowerCase();
    case "trim":
      return s.trim();
    case "split":
      return typeof a === "string" ? arrayRef(m, s.split(a)) : m.fresh();
    case "repeat":
      return s.repeat(Math.min(1000, Math.max(0, toNumber(m, a) ?? 0)));
    case "padEnd":
    case "padStart":
      return s;
    case "charCodeAt":
      return s.charCodeAt(toNumber(m, a) ?? 0);
    case "toString":
      return s;
    default:
      return m.fresh();
  }
}
