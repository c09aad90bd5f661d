import type { Expr } from "../../ir/ir";
import { callFunction } from "../calls";
import { evaluate } from "../evaluate";
import type { Machine } from "../machine";
import { settle, toNumber } from "../operate";
import { ClassValue, Closure, ErrnoValue, Native, Ref, type Value, View } from "../value";
import { nativeMember } from "./natives";
import { getElement, setElement, viewMember } from "./views";

/** A property key as text; undefined when nobody knows it. */
export function keyText(key: Value): string | undefined {
  if (typeof key === "string") return key;
  if (typeof key === "number" || typeof key === "bigint") return String(key);
  if (key instanceof ErrnoValue) return String(key.n);
  return undefined;
}

export function arrayRef(m: Machine, items: Value[]): Ref {
  const obj = m.memory.allocate("js", "", 8, 8, 0);
  obj.items = items;
  return new Ref(obj);
}

export function objectRef(m: Machine, props: Iterable<readonly [string, Value]>): Ref {
  const obj = m.memory.allocate("js", "", 8, 8, 0);
  obj.props = new Map(props);
  return new Ref(obj);
}

export function makeObject(m: Machine, e: Extract<Expr, { k: "object" }>): Value {
  const ref = objectRef(m, []);
  const { obj } = ref;
  for (const part of e.props) {
    if (part.k === "spread") {
      const v = settle(m, evaluate(m, part.e));
      if (v instanceof Ref) for (const [k, x] of v.obj.props ?? []) obj.props?.set(k, x);
    } else if (part.k === "getter") {
      const name = keyText(settle(m, evaluate(m, part.key)));
      obj.getters ??= new Map();
      if (name !== undefined) obj.getters.set(name, new Closure(part.fn, m.frame, false, undefined));
    } else {
      const name = keyText(settle(m, evaluate(m, part.key)));
      const v = evaluate(m, part.e);
      if (name !== undefined) obj.props?.set(name, v);
    }
  }
  return ref;
}

/** A property of anything. */
export function getMember(m: Machine, o: Value, key: Value): Value {
  if (o instanceof View) {
    const i = toNumber(m, key);
    if (typeof key !== "string" || /^\d+$/.test(key)) return getElement(m, o, i === undefined ? key : i);
    return viewMember(m, o, key);
  }
  if (o instanceof Native) return nativeMember(m, o, keyText(key) ?? "");
  const name = keyText(key);
  if (o instanceof ClassValue) return name === undefined ? m.fresh() : name === "name" ? o.name : staticMember(o, name);
  if (typeof o === "string") {
    if (name === "length") return o.length;
    return name !== undefined && /^\d+$/.test(name) ? o[Number(name)] : undefined;
  }
  if (!(o instanceof Ref)) return undefined;
  const { obj } = o;
  if (name === undefined) return m.fresh();
  if (obj.items) {
    if (name === "length") return obj.items.length;
    if (/^\d+$/.test(name)) return obj.items[Number(name)];
  }
  if (obj.props?.has(name)) return obj.props.get(name);
  const getter = obj.getters?.get(name);
  if (getter instanceof Closure) return callFunction(m, getter.fn, [], m.here(), o, getter.frame);
  for (let cls: Value = obj.cls; cls instanceof ClassValue; cls = cls.parent) {
    const method = cls.methods.get(name);
    if (!method) continue;
    return method.get ? callFunction(m, method.fn.fn, [], m.here(), o, method.fn.frame, cls) : method.fn;
  }
  if (name === "constructor" && obj.cls) return obj.cls;
  return undefined;
}

function staticMember(cls: ClassValue, name: string): Value {
  for (let c: Value = cls; c instanceof ClassValue; c = c.parent) if (c.statics.has(name)) return c.statics.get(name);
  return undefined;
}

export function setMember(m: Machine, o: Value, key: Value, v: Value): void {
  if (o instanceof View) {
    setElement(m, o, key, v);
    return;
  }
  const name = keyText(key);
  if (name === undefined) return;
  if (o instanceof ClassValue) o.statics.set(name, v);
  if (!(o instanceof Ref)) return;
  const { obj } = o;
  if (obj.items && /^\d+$/.test(name)) {
    if (Number(name) < 100_000) obj.items[Number(name)] = v;
  } else if (obj.items && name === "length") {
    obj.items.length = Math.min(obj.items.length, Math.max(0, toNumber(m, v) ?? 0));
  } else {
    obj.props ??= new Map();
    obj.props.set(name, v);
  }
}
