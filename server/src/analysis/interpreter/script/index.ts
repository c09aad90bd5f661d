import type { CallExpr, Expr, Fn, Place } from "../../ir/ir";

import { callFunction, callValue, evaluateArguments } from "../calls";
import { evaluate } from "../evaluate";
import { execute } from "../execute";
import type { Frame } from "../frame";
import { type Machine, PathEnd } from "../machine";
import { writeCell } from "../memory";
import { settle } from "../operate";
import { ClassValue, Closure, Ref, Sym, type Value, View } from "../value";
import { instantiate, makeClass, runConstructor, superMethod } from "./classes";
import { callNativeMethod } from "./methods";
import { importValue } from "./modules";
import { construct as constructNative } from "./natives";
import { arrayRef, getMember, keyText, makeObject, setMember } from "./objects";

export { callNative } from "./natives";

/** Evaluates what only JavaScript has. */
export function evaluateScript(m: Machine, e: Expr): Value {
  switch (e.k) {
    case "nullish": {
      const a = settle(m, evaluate(m, e.a));
      return a === undefined || a === null ? evaluate(m, e.b) : a;
    }
    case "closure":
      return new Closure(e.fn, m.frame, e.arrow, e.arrow ? m.frame.self : undefined, m.frame.home);
    case "class":
      return makeClass(m, e.def);
    case "object":
      return makeObject(m, e);
    case "array": {
      const items: Value[] = [];
      for (const part of e.items) {
        const v = evaluate(m, part.e);
        if (part.spread) items.push(...iterate(m, v, false));
        else items.push(v);
      }
      return arrayRef(m, items);
    }
    case "concat": {
      const parts = e.parts.map((p) => settle(m, evaluate(m, p)));
      const plain = parts.every((p) => p !== null && typeof p !== "object" && p !== undefined);
      return plain ? parts.map(String).join("") : m.fresh();
    }
    case "this":
      return thisValue(m);
    case "super":
      return e.member ? superMethod(m, e.member) : undefined;
    case "import":
      return importValue(m, e.source, e.name);
    case "await": {
      const v = settle(m, evaluate(m, e.e));
      // Waiting for something of the platform gives callbacks their turn.
      if (v instanceof Sym) runJobs(m);
      return v;
    }
    case "yield":
      return give(m, e.all ? iterate(m, evaluate(m, e.e), false) : [evaluate(m, e.e)]);
    case "rest":
      return restOf(m, evaluate(m, e.e), e.from, e.without);
    default:
      return m.fresh();
  }
}

function thisValue(m: Machine): Value {
  return m.frame.self;
}

function restOf(m: Machine, value: Value, from: number, without: readonly string[]): Value {
  const v = settle(m, value);
  if (!(v instanceof Ref)) return m.fresh();
  if (v.obj.items) return arrayRef(m, v.obj.items.slice(from));
  const made = m.memory.allocate("js", "", 8, 8, 0);
  made.props = new Map([...(v.obj.props ?? [])].filter(([k]) => !without.includes(k)));
  return new Ref(made);
}

/** A generator's values are made all at once, up to this many: whoever takes them stops somewhere. */
const MAX_YIELDS = 64;

class EnoughYielded {}

function give(m: Machine, values: readonly Value[]): Value {
  const { yields } = m.frame;
  if (!yields) return undefined;
  yields.push(...values);
  if (yields.length >= MAX_YIELDS) throw new EnoughYielded();
  return undefined;
}

/** Runs the generator function of the innermost frame and gives its values as an array. */
export function runGenerator(m: Machine, frame: Frame): Value {
  const depth = m.frames.length;
  const loops = m.activeLoops.length;
  frame.yields = [];
  try {
    execute(m, frame.fn.body);
  } catch (e) {
    if (!(e instanceof EnoughYielded)) throw e;
  }
  m.frames.length = depth - 1;
  m.activeLoops.length = loops;
  return arrayRef(m, frame.yields);
}

type PropPlace = Extract<Place, { k: "prop" }>;

export function getProperty(m: Machine, p: PropPlace): Value {
  const o = settle(m, evaluate(m, p.o));
  if (p.optional && (o === undefined || o === null)) return undefined;
  return getMember(m, o, settle(m, evaluate(m, p.key)));
}

export function setProperty(m: Machine, p: PropPlace, v: Value): Value {
  const o = settle(m, evaluate(m, p.o));
  setMember(m, o, settle(m, evaluate(m, p.key)), v);
  return v;
}

/** Items of an iterable, or keys for `for … in`. Something unknown is gone over once. */
export function iterate(m: Machine, value: Value, keys: boolean): Value[] {
  const v = settle(m, value);
  if (v instanceof Ref) {
    if (keys) return v.obj.items ? v.obj.items.map((_x, i) => String(i)) : [...(v.obj.props?.keys() ?? [])];
    if (v.obj.items) return [...v.obj.items];
    if (v.obj.kindName === "Map") return [...(v.obj.props ?? [])].map(([k, x]) => arrayRef(m, [k, x]));
    const own = getMember(m, v, "[Symbol.iterator]");
    return own instanceof Closure ? iterate(m, callValue(m, own, [], m.here(), v), false) : [];
  }
  if (typeof v === "string") return keys ? [...v].map((_c, i) => String(i)) : [...v];
  if (v instanceof View) {
    const n = Math.min(v.size, 64);
    return Array.from({ length: n }, (_x, i) => (keys ? String(i) : getMember(m, v, i)));
  }
  if (v instanceof Sym) return [m.fresh()];
  return [];
}

/** `receiver.method(…)`. */
export function callMethod(m: Machine, e: CallExpr): Value {
  if (e.f.k !== "load" || e.f.p.k !== "prop" || !e.self) return m.fresh();
  const receiver = settle(m, evaluate(m, e.self));
  if (e.f.p.optional && (receiver === undefined || receiver === null)) return undefined;
  const key = settle(m, evaluate(m, e.f.p.key));
  const args = evaluateArguments(m, e);
  m.frame.at = e.at;
  const at = m.site(e.at);
  const name = keyText(key);
  const f = settle(m, getMember(m, receiver, key));
  if (e.optional && (f === undefined || f === null) && !(receiver instanceof View) && !isBuiltIn(receiver))
    return undefined;
  if (f instanceof Closure || f instanceof ClassValue) return callValue(m, f, args, at, receiver);
  if (f !== undefined && !(f instanceof Sym)) return callValue(m, f, args, at, receiver);
  return callNativeMethod(m, receiver, name ?? "", args);
}

const isBuiltIn = (v: Value): boolean => v instanceof Ref || typeof v === "string" || v instanceof Sym;

/** `new F(…)`, and `super(…)` of a constructor. */
export function construct(m: Machine, e: CallExpr): Value {
  const f = settle(m, evaluate(m, e.f));
  const args = evaluateArguments(m, e);
  m.frame.at = e.at;
  if (f instanceof ClassValue) return instantiate(m, f, args, m.site(e.at));
  if (f instanceof Closure) {
    const obj = m.memory.allocate("js", "", 8, 8, 0);
    obj.props = new Map();
    const ref = new Ref(obj);
    callFunction(m, f.fn, args, m.site(e.at), ref, f.frame);
    return ref;
  }
  return constructNative(m, f, args);
}

/** The call `super(…)`. */
export function callSuper(m: Machine, e: CallExpr): Value {
  const { home, self } = m.frame;
  const args = evaluateArguments(m, e);
  m.frame.at = e.at;
  if (home?.parent instanceof ClassValue) runConstructor(m, home.parent, self, args, m.site(e.at));
  if (home?.fields) callFunction(m, home.fields.fn, [], m.site(e.at), self, home.fields.frame, home);
  return undefined;
}

export function bindRest(m: Machine, frame: Frame, slot: number, values: readonly Value[]): void {
  const s = frame.fn.slots[slot];
  if (!s) throw new PathEnd("lost");
  const obj = m.memory.allocate("local", s.name, 8, 8, "unknown");
  frame.slots[slot] = obj;
  writeCell(obj, 0, 8, arrayRef(m, [...values]));
}

/** Runs a module's body, and what it left to be done later. */
export function runModule(m: Machine, fn: Fn): void {
  callFunction(m, fn, [], undefined, undefined, undefined);
  runJobs(m);
}

function runJobs(m: Machine): void {
  for (let job = m.jobs.shift(); job; job = m.jobs.shift()) job();
}
