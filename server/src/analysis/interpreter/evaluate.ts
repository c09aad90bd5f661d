import { narrow } from "../ir/arith";
import type { Access, Expr, Place, Span } from "../ir/ir";
import { literal, load, store, target } from "./access";
import { call } from "./calls";
import { execute } from "./execute";
import type { Frame } from "./frame";
import { globalObject } from "./globals";
import { type Machine, PathEnd } from "./machine";
import { fillRange, type Obj } from "./memory";
import { assume, binary, settle, toNumber, truth, unary } from "./operate";
import { evaluateScript, getProperty, setProperty } from "./script";
import { Aggregate, FnName, Sym, type Value } from "./value";

/** Value of an expression on the path `m` follows; its effects are made there. */
export function evaluate(m: Machine, e: Expr): Value {
  m.step();
  switch (e.k) {
    case "const":
      return e.v;
    case "cstr":
      return literal(m, e.s);
    case "load":
      return loadPlace(m, e.p, e.acc);
    case "addr":
      return address(m, e.p);
    case "assign":
      return assign(m, e.p, e.acc, evaluate(m, e.e));
    case "update":
      return update(m, e);
    case "bin":
      return binary(m, e.op, evaluate(m, e.a), evaluate(m, e.b));
    case "un":
      return unary(m, e.op, evaluate(m, e.e));
    case "cast":
      return cast(m, e.acc, evaluate(m, e.e));
    case "and":
    case "or":
      return shortCircuit(m, e);
    case "cond":
      return decide(m, evaluate(m, e.c), e.at) ? evaluate(m, e.a) : evaluate(m, e.b);
    case "seq": {
      let v: Value;
      for (const item of e.list) v = evaluate(m, item);
      return v;
    }
    case "call":
      return call(m, e);
    case "fn":
      return new FnName(e.name, m.frame.fn.file);
    case "block":
      execute(m, e.body);
      return undefined;
    case "init":
      return initialize(m, e.p, e.size, e.zero, e.list);
    case "unknown":
      return m.fresh();
    default:
      return evaluateScript(m, e);
  }
}

function shortCircuit(m: Machine, e: Extract<Expr, { k: "and" | "or" | "nullish" }>): Value {
  const a = evaluate(m, e.a);
  const known = truth(m, a);
  if (known === undefined) {
    // An unknown condition is decided where it is made of parts, so that each part keeps its own meaning.
    const holds = decide(m, a, e.at);
    if (e.k === "and") return holds ? asTruth(m, evaluate(m, e.b)) : 0;
    return holds ? a : asTruth(m, evaluate(m, e.b));
  }
  if (e.k === "and") return known ? evaluate(m, e.b) : a;
  return known ? a : evaluate(m, e.b);
}

const asTruth = (_m: Machine, v: Value): Value => v;

/** Whether a condition holds on this path; an unknown one is decided, and the path remembers it. */
export function decide(m: Machine, value: Value, at: Span, preferred = false): boolean {
  const known = truth(m, value);
  if (known !== undefined) return known;
  const holds = m.choose(m.key(at), 2, preferred ? 1 : 0) === 1;
  if (m.sweeping === 0) assume(m, value, holds);
  return holds;
}

function cast(m: Machine, acc: Access, value: Value): Value {
  const v = settle(m, value);
  return typeof v === "number" ? narrow(acc, acc.kind === "int" || acc.kind === "uint" ? Math.trunc(v) : v) : v;
}

/** The object a place names directly, for the quick way past addresses. */
function direct(m: Machine, p: Place): Obj | undefined {
  if (p.k === "local") return local(m, p.slot);
  if (p.k === "global") return globalObject(m, p.name);
  if (p.k === "outer") return outerObject(m, p.depth, p.slot);
  return undefined;
}

/** Storage of a variable of an enclosing function. */
function outerObject(m: Machine, depth: number, slot: number): Obj {
  let f: Frame | undefined = m.frame;
  for (let i = 0; i < depth; i++) f = f?.outer;
  if (!f) throw new PathEnd("lost");
  return slotOf(m, f, slot);
}

export function local(m: Machine, slot: number): Obj {
  return slotOf(m, m.frame, slot);
}

function slotOf(m: Machine, f: Frame, slot: number): Obj {
  const known = f.slots[slot];
  if (known) return known;
  const s = f.fn.slots[slot];
  if (!s) throw new PathEnd("lost");
  const obj = m.memory.allocate("local", s.name, s.size, s.align, "unknown");
  f.slots[slot] = obj;
  return obj;
}

/** Address of a place: a number, or something unknown. */
export function address(m: Machine, p: Place): Value {
  switch (p.k) {
    case "local":
    case "global":
    case "outer":
      return direct(m, p)?.address;
    case "deref":
      return evaluate(m, p.e);
    case "field":
      return binary(m, "+", address(m, p.p), p.off);
    case "index":
      return binary(m, "+", address(m, p.p), binary(m, "*", evaluate(m, p.i), p.size));
    case "temp": {
      const obj = m.memory.allocate("local", "", Math.max(1, p.size), 8, 0);
      for (const part of p.init) store(m, obj.address + part.off, part.acc, evaluate(m, part.e));
      return obj.address;
    }
    case "value": {
      const v = settle(m, evaluate(m, p.e));
      return v instanceof Aggregate ? v.address : v instanceof Sym ? v : m.fresh();
    }
    default:
      return m.fresh();
  }
}

export function loadPlace(m: Machine, p: Place, acc: Access): Value {
  if (p.k === "prop") return getProperty(m, p);
  const obj = direct(m, p);
  if (obj && acc.kind !== "agg") {
    const cell = obj.cells.get(0);
    if (cell && cell.size === acc.size) return cell.v instanceof Sym ? settle(m, cell.v) : cell.v;
  }
  return load(m, obj ? obj.address : address(m, p), acc);
}

function assign(m: Machine, p: Place, acc: Access, v: Value): Value {
  if (p.k === "prop") return setProperty(m, p, v);
  store(m, address(m, p), acc, v);
  return acc.size < 8 && typeof v === "number" ? narrow(acc, v) : v;
}

function update(m: Machine, e: Extract<Expr, { k: "update" }>): Value {
  if (e.p.k === "prop") {
    const before = getProperty(m, e.p);
    const after = updated(m, e, before);
    setProperty(m, e.p, after);
    return e.post ? before : after;
  }
  const at = address(m, e.p);
  const before = load(m, at, e.acc);
  const after = updated(m, e, before);
  store(m, at, e.acc, after);
  return e.post ? before : after;
}

function updated(m: Machine, e: Extract<Expr, { k: "update" }>, before: Value): Value {
  const by = evaluate(m, e.e);
  const value = typeof before === "bigint" && typeof by === "number" ? BigInt(Math.trunc(by)) : by;
  const after = binary(m, e.op, before, value);
  return typeof after === "number" ? narrow(e.acc, after) : after;
}

function initialize(
  m: Machine,
  p: Place,
  size: number,
  zero: boolean,
  list: Extract<Expr, { k: "init" }>["list"],
): Value {
  const at = address(m, p);
  const n = toNumber(m, at);
  const where = n === undefined ? target(m, at) : m.memory.find(n);
  // The values are read before the storage is cleared: they may come from it.
  const values = list.map((part) => evaluate(m, part.e));
  if (where && zero) fillRange(where.obj, where.off, size, 0);
  list.forEach((part, i) => void store(m, binary(m, "+", at, part.off), part.acc, values[i]));
  return n !== undefined ? new Aggregate(n, size) : undefined;
}
