import type { CallExpr, Fn } from "../ir/ir";
import { store, withPages } from "./access";
import { evaluate } from "./evaluate";
import { execute } from "./execute";
import type { Frame, Site } from "./frame";
import { callExternal } from "./libc/library";
import { type Machine, PathEnd } from "./machine";
import { copyRange } from "./memory";
import { settle } from "./operate";
import { bindRest, callMethod, callNative, callSuper, construct, runGenerator } from "./script";
import { Aggregate, ClassValue, Closure, FnName, Native, type Value } from "./value";

/** Evaluates a call expression. */
export function call(m: Machine, e: CallExpr): Value {
  if (e.isNew) return construct(m, e);
  if (e.f.k === "super" && e.f.member === undefined) return callSuper(m, e);
  if (e.self) return callMethod(m, e);
  const f = settle(m, evaluate(m, e.f));
  const args = evaluateArguments(m, e);
  m.frame.at = e.at;
  if (e.optional && (f === undefined || f === null)) return undefined;
  return callValue(m, f, args, m.site(e.at));
}

export function evaluateArguments(m: Machine, e: CallExpr): Value[] {
  const out: Value[] = [];
  for (const a of e.args) {
    const v = evaluate(m, a);
    if (a.k === "array" && a.items.length === 1 && a.items[0]?.spread && v instanceof Object && "obj" in v)
      out.push(...(v.obj.items ?? []));
    else out.push(v);
  }
  return out;
}

/** Calls whatever a value stands for; something unknown gives something unknown. */
export function callValue(
  m: Machine,
  callee: Value,
  args: readonly Value[],
  at: Site | undefined,
  self?: Value,
): Value {
  const f = settle(m, callee);
  if (f instanceof FnName) {
    const found = m.program.function(f.name, f.file);
    return found ? callFunction(m, found.fn, args, at, self, undefined) : callExternal(m, f.name, args);
  }
  if (f instanceof Closure) return callFunction(m, f.fn, args, at, f.bound ? f.self : self, f.frame, f.home);
  if (f instanceof ClassValue) return m.fresh();
  if (f instanceof Native) return callNative(m, f, args, self);
  return callExternal(m, "", args);
}

/** Runs a function of the workspace. */
export function callFunction(
  m: Machine,
  fn: Fn,
  args: readonly Value[],
  at: Site | undefined,
  self: Value,
  outer: Frame | undefined,
  home?: ClassValue,
  entered?: (f: Frame) => void,
): Value {
  if (m.tooDeep) return m.fresh();
  m.step();
  m.reached.add(`${fn.file}:${fn.name}`);
  const frame: Frame = {
    fn,
    slots: [],
    calledAt: at,
    self,
    outer,
    home,
    result: undefined,
    extra: args.slice(fn.params.length),
    at: fn.at,
  };
  const values = args.map((v) => settle(m, v));
  m.frames.push(frame);
  entered?.(frame);
  fn.params.forEach((p, i) => {
    const slot = fn.slots[p.slot];
    if (!slot) throw new PathEnd("lost");
    const obj = withPages(m.memory.allocate("local", slot.name, slot.size, slot.align, "unknown"));
    frame.slots[p.slot] = obj;
    const v = i < values.length ? values[i] : fn.ret ? m.fresh() : undefined;
    store(m, obj.address, p.acc, v);
  });
  if (fn.restSlot !== undefined) bindRest(m, frame, fn.restSlot, frame.extra);
  if (fn.isGenerator) return runGenerator(m, frame);
  execute(m, fn.body);
  m.frames.pop();
  const result = kept(m, frame.result);
  // JavaScript closures may still use the variables of a function that has returned; C has no such thing.
  if (fn.ret) for (const obj of frame.slots) if (obj) m.memory.release(obj);
  return result;
}

/** A struct returned by value outlives the frame it was made in. */
function kept(m: Machine, v: Value): Value {
  if (!(v instanceof Aggregate)) return v;
  const from = m.memory.find(v.address);
  const copy = m.memory.allocate("local", "", Math.max(1, v.size), 8, "unknown");
  if (from) copyRange(from.obj, from.off, copy, 0, v.size);
  return new Aggregate(copy.address, v.size);
}
