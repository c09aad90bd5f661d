import type { ClassDef } from "../../ir/ir";
import { callFunction } from "../calls";
import { evaluate } from "../evaluate";
import type { Site } from "../frame";
import type { Machine } from "../machine";
import { settle } from "../operate";
import { ClassValue, Closure, Ref, type Value } from "../value";

/** Makes a class value and runs its static initializers. */
export function makeClass(m: Machine, def: ClassDef): Value {
  const cls = new ClassValue(def.name, def.parent ? settle(m, evaluate(m, def.parent)) : undefined);
  const closure = (fn: ClassDef["construct"]): Closure | undefined =>
    fn && new Closure(fn, m.frame, false, undefined, cls);
  cls.construct = closure(def.construct);
  cls.fields = closure(def.fields);
  for (const method of def.methods) {
    const fn = new Closure(method.fn, m.frame, false, undefined, cls);
    if (method.isStatic) cls.statics.set(method.key, fn);
    else cls.methods.set(method.key, { fn, get: method.get });
  }
  if (def.statics) callFunction(m, def.statics, [], m.here(), cls, m.frame, cls);
  return cls;
}

export function instantiate(m: Machine, cls: ClassValue, args: readonly Value[], at: Site): Value {
  const obj = m.memory.allocate("js", cls.name, 8, 8, 0);
  obj.props = new Map();
  obj.cls = cls;
  const ref = new Ref(obj);
  runConstructor(m, cls, ref, args, at);
  return ref;
}

/** Constructor of a class on an object: parents first, unless the constructor calls `super` itself. */
export function runConstructor(
  m: Machine,
  cls: ClassValue,
  self: Value,
  args: readonly Value[],
  at: Site,
  depth = 0,
): void {
  if (depth > 20) return;
  const parent = cls.parent instanceof ClassValue ? cls.parent : undefined;
  if (cls.construct && cls.parent !== undefined) {
    callFunction(m, cls.construct.fn, args, at, self, cls.construct.frame, cls);
    return;
  }
  if (parent) runConstructor(m, parent, self, args, at, depth + 1);
  if (cls.fields) callFunction(m, cls.fields.fn, [], at, self, cls.fields.frame, cls);
  if (cls.construct) callFunction(m, cls.construct.fn, args, at, self, cls.construct.frame, cls);
}

/** `super.name` inside a method. */
export function superMethod(m: Machine, name: string): Value {
  const { home, self } = m.frame;
  for (let cls: Value = home?.parent; cls instanceof ClassValue; cls = cls.parent) {
    const found = cls.methods.get(name);
    if (found) return new Closure(found.fn.fn, found.fn.frame, true, self, cls);
  }
  return undefined;
}
