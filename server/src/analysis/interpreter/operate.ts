import { errnoName } from "../../uffd/errnos";
import { PAGE } from "../domain/constants";
import { arithmetic } from "../ir/arith";
import type { BinaryOp, UnaryOp } from "../ir/ir";
import type { Machine } from "./machine";
import { ErrnoValue, Ref, Sweep, Sym, UNBOUND, type Value, View } from "./value";

const MAX_DEPTH = 40;

/** What a value is by now: symbols that were bound give what they are bound to. */
export function settle(m: Machine, v: Value, depth = 0): Value {
  if (!(v instanceof Sym)) return v;
  if (v.bound !== UNBOUND) return v.bound instanceof Sym ? settle(m, v.bound, depth + 1) : v.bound;
  if (!v.from || depth > MAX_DEPTH) return v;
  const a = settle(m, v.from.a, depth + 1);
  const b = settle(m, v.from.b, depth + 1);
  if (a instanceof Sym || b instanceof Sym || a instanceof Sweep || b instanceof Sweep) return v;
  const r = v.from.op.startsWith("u")
    ? unary(m, v.from.op.slice(1) as UnaryOp, a)
    : binary(m, v.from.op as BinaryOp, a, b);
  if (r instanceof Sym) return v;
  v.bound = r;
  return r;
}

/** The number behind a value, or undefined when it is not one. Looking at an errno this way handles nothing. */
export function toNumber(m: Machine, v: Value): number | undefined {
  const s = settle(m, v);
  if (typeof s === "number") return s;
  if (s instanceof ErrnoValue) return s.n;
  if (typeof s === "bigint") return s >= -(2n ** 53n) && s <= 2n ** 53n ? Number(s) : undefined;
  if (typeof s === "boolean") return s ? 1 : 0;
  if (s === null) return 0;
  if (s instanceof View) return s.obj.address + s.off;
  return undefined;
}

const isComparison = (op: string): boolean => /^([=!]=|[<>]=?)$/.test(op);

export function binary(m: Machine, op: BinaryOp, left: Value, right: Value): Value {
  const a = settle(m, left);
  const b = settle(m, right);
  if (typeof a === "number" && typeof b === "number") return arithmetic(op, a, b) ?? m.derived(op, a, b);
  if (a instanceof ErrnoValue || b instanceof ErrnoValue) return withErrno(m, op, a, b);
  if (typeof a === "bigint" && typeof b === "bigint") return bigArithmetic(op, a, b) ?? m.derived(op, a, b);
  if (a instanceof Sweep || b instanceof Sweep) return withSweep(m, op, a, b);
  if (a instanceof Sym || b instanceof Sym) {
    if (typeof a === "string" || typeof b === "string") lookedAtErrnoName(m, typeof a === "string" ? a : b);
    return symbolic(m, op, a, b);
  }
  if (typeof a === "string" || typeof b === "string") return withString(m, op, a, b);
  if (isComparison(op) && !(isNumeric(a) && isNumeric(b))) return compareObjects(m, op, a, b);
  const x = toNumber(m, a);
  const y = toNumber(m, b);
  if (x === undefined || y === undefined) return m.derived(op, a, b);
  return arithmetic(op, x, y) ?? m.derived(op, a, b);
}

const isNumeric = (v: Value): boolean => typeof v === "number" || typeof v === "bigint" || typeof v === "boolean";

/** Comparing an errno with its own number is what handling a failure looks like. */
function withErrno(m: Machine, op: BinaryOp, a: Value, b: Value): Value {
  const tagged = a instanceof ErrnoValue ? a : (b as ErrnoValue);
  const x = toNumber(m, a);
  const y = toNumber(m, b);
  if (x === undefined || y === undefined) return m.derived(op, a, b);
  const other = tagged === a ? y : x;
  if ((op === "==" || op === "!=") && other === tagged.n && other !== 0 && !tagged.call.stubborn)
    tagged.call.handled = true;
  // A short count that is used in arithmetic is progress that is taken into account.
  if (tagged.out && tagged.n > 0 && other !== 0) tagged.call.handled = true;
  return arithmetic(op, x, y) ?? m.fresh();
}

/** Comparing something with `EBUSY` handles the call that gave it, however the name was found. */
function lookedAtErrnoName(m: Machine, name: Value): void {
  if (typeof name !== "string" || !/^E[A-Z]{2,}$/.test(name)) return;
  for (const r of m.records) if (r.finding && errnoName(r.finding.errno) === name) r.handled = true;
}

function bigArithmetic(op: BinaryOp, a: bigint, b: bigint): Value {
  switch (op) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
    case "idiv":
      return b === 0n ? undefined : a / b;
    case "%":
      return b === 0n ? undefined : a % b;
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "<<":
      return b < 0n || b > 128n ? undefined : a << b;
    case ">>":
      return b < 0n || b > 128n ? undefined : a >> b;
    case "**":
      return b < 0n || b > 128n ? undefined : a ** b;
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      return undefined;
  }
}

function withString(m: Machine, op: BinaryOp, a: Value, b: Value): Value {
  if (op === "+") {
    const plain = (v: Value) =>
      typeof v === "string" || typeof v === "number" || typeof v === "boolean" || typeof v === "bigint";
    return plain(a) && plain(b) ? String(a) + String(b) : m.derived(op, a, b);
  }
  if (op === "==" || op === "!=") return (op === "==") === (a === b);
  if (op === "in" && b instanceof Ref && typeof a === "string") return b.obj.props?.has(a) ?? false;
  if (typeof a === "string" && typeof b === "string" && isComparison(op)) {
    return op === "<" ? a < b : op === "<=" ? a <= b : op === ">" ? a > b : a >= b;
  }
  return m.derived(op, a, b);
}

function compareObjects(m: Machine, op: BinaryOp, a: Value, b: Value): Value {
  const same =
    a instanceof Ref && b instanceof Ref
      ? a.obj === b.obj
      : a === b || ((a ?? undefined) === undefined && (b ?? undefined) === undefined);
  if (op === "==") return same;
  if (op === "!=") return !same;
  const x = toNumber(m, a);
  const y = toNumber(m, b);
  return x === undefined || y === undefined ? m.derived(op, a, b) : (arithmetic(op, x, y) ?? m.fresh());
}

/** Arithmetic on all the values a loop index takes. */
function withSweep(m: Machine, op: BinaryOp, a: Value, b: Value): Value {
  if (a instanceof Sweep) {
    const n = toNumber(m, b);
    if (n !== undefined) {
      if (op === "+" || op === "-")
        return new Sweep(a.lo + (op === "+" ? n : -n), a.hi + (op === "+" ? n : -n), a.step);
      if (op === "*" && n > 0) return new Sweep(a.lo * n, a.hi * n, a.step * n);
      if (op === "<<") return withSweep(m, "*", a, 2 ** n);
      if ((op === "idiv" || op === ">>") && n > 0 && op === "idiv" && a.step % n === 0 && a.lo % n === 0) {
        return new Sweep(a.lo / n, Math.trunc(a.hi / n), a.step / n);
      }
    }
  } else if (b instanceof Sweep && (op === "+" || op === "*")) {
    return withSweep(m, op, b, a);
  }
  return m.fresh();
}

function symbolic(m: Machine, op: BinaryOp, a: Value, b: Value): Value {
  if (isComparison(op)) return compareSymbols(m, op, a, b);
  if (a === b && op === "-") return 0;
  if ((op === "*" || op === "&") && (a === 0 || b === 0)) return 0;
  if ((op === "+" || op === "|" || op === "^") && b === 0) return a;
  if ((op === "+" || op === "|") && a === 0) return b;
  if ((op === "*" || op === "idiv" || op === "/") && b === 1) return a;
  if (a instanceof Sym && a.from && typeof b === "number" && typeof a.from.b === "number") {
    const inner = a.from;
    const k = a.from.b;
    if (inner.op === "*" && (op === "idiv" || op === "/") && b !== 0 && k % b === 0)
      return binary(m, "*", inner.a, k / b);
    if (inner.op === "*" && op === "%" && b !== 0 && k % b === 0) return 0;
    if (inner.op === "+" && (op === "+" || op === "-")) return binary(m, "+", inner.a, op === "+" ? k + b : k - b);
    if (inner.op === "-" && (op === "+" || op === "-")) return binary(m, "+", inner.a, op === "+" ? b - k : -k - b);
  }
  return m.derived(op, a, b);
}

/** A comparison that the bounds collected on the path already decide, or a symbol for its outcome. */
function compareSymbols(m: Machine, op: BinaryOp, a: Value, b: Value): Value {
  if (a === b) return op === "==" || op === "<=" || op === ">=" ? 1 : 0;
  if (b instanceof Sym && !(a instanceof Sym)) return compareSymbols(m, MIRROR[op] ?? op, b, a);
  const n = toNumber(m, b);
  if (a instanceof Sym && n !== undefined) {
    const known = decideByBounds(a, op, n);
    if (known !== undefined) return known ? 1 : 0;
  }
  return m.derived(op, a, b);
}

const MIRROR: Partial<Record<BinaryOp, BinaryOp>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function decideByBounds(s: Sym, op: BinaryOp, n: number): boolean | undefined {
  switch (op) {
    case "<":
      return s.hi < n ? true : s.lo >= n ? false : undefined;
    case "<=":
      return s.hi <= n ? true : s.lo > n ? false : undefined;
    case ">":
      return s.lo > n ? true : s.hi <= n ? false : undefined;
    case ">=":
      return s.lo >= n ? true : s.hi < n ? false : undefined;
    case "==":
      return n < s.lo || n > s.hi || s.not.includes(n) ? false : undefined;
    default:
      return n < s.lo || n > s.hi || s.not.includes(n) ? true : undefined;
  }
}

export function unary(m: Machine, op: UnaryOp, value: Value): Value {
  const v = settle(m, value);
  switch (op) {
    case "!": {
      const t = truth(m, v);
      return t === undefined ? m.derived("u!", v) : !t;
    }
    case "-":
      if (typeof v === "bigint") return -v;
      if (v instanceof ErrnoValue) return new ErrnoValue(-v.n, v.call, v.out);
      break;
    case "~":
      if (typeof v === "bigint") return ~v;
      break;
    case "typeof":
      return typeOf(m, v);
    case "void":
      return undefined;
    default:
      break;
  }
  const n = toNumber(m, v);
  if (n === undefined) return v instanceof Sweep ? m.fresh() : m.derived(`u${op}`, v);
  return op === "-" ? -n : op === "~" ? -n - 1 : n;
}

function typeOf(m: Machine, v: Value): Value {
  if (v instanceof Sym || v instanceof Sweep) return m.derived("utypeof", v);
  if (v instanceof Ref || v instanceof View || v === null) return "object";
  if (v instanceof ErrnoValue) return "number";
  return typeof v === "object" ? "function" : typeof v;
}

/** Whether a value counts as true; undefined when nobody knows. */
export function truth(m: Machine, value: Value): boolean | undefined {
  const v = settle(m, value);
  if (v instanceof Sym) {
    return v.lo > 0 || v.hi < 0 || v.not.includes(0) ? true : v.lo === 0 && v.hi === 0 ? false : undefined;
  }
  if (v instanceof Sweep) return undefined;
  if (v instanceof ErrnoValue) return v.n !== 0;
  return Boolean(v);
}

/** Lets the path depend on a condition nobody knows: remembers what follows from the way it was decided. */
export function assume(m: Machine, value: Value, holds: boolean, depth = 0): void {
  const v = settle(m, value);
  if (!(v instanceof Sym) || depth > MAX_DEPTH) return;
  const { from } = v;
  if (from?.op === "u!") {
    assume(m, from.a, !holds, depth + 1);
  } else if (from && isComparison(from.op)) {
    constrain(m, from.op as BinaryOp, from.a, from.b, holds);
  } else if (!holds) {
    v.bound = 0;
    return;
  } else {
    v.not.push(0);
    return;
  }
  v.bound = holds ? 1 : 0;
}

const NEGATION: Partial<Record<BinaryOp, BinaryOp>> = {
  "==": "!=",
  "!=": "==",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
};

function constrain(m: Machine, op: BinaryOp, left: Value, right: Value, holds: boolean): void {
  const actual = holds ? op : (NEGATION[op] ?? op);
  const a = settle(m, left);
  const b = settle(m, right);
  if (!(a instanceof Sym)) {
    if (b instanceof Sym) constrain(m, MIRROR[actual] ?? actual, b, a, true);
    return;
  }
  const n = toNumber(m, b);
  if (n === undefined) {
    if (actual === "==" && !(b instanceof Sym) && !a.from) a.bound = b;
    return;
  }
  if (actual === "==") a.bound = typeof b === "bigint" ? b : n;
  else if (actual === "!=") a.not.push(n);
  else if (actual === "<") a.hi = Math.min(a.hi, n - 1);
  else if (actual === "<=") a.hi = Math.min(a.hi, n);
  else if (actual === ">") a.lo = Math.max(a.lo, n + 1);
  else a.lo = Math.max(a.lo, n);
  if (a.lo === a.hi && a.bound === UNBOUND) a.bound = a.lo;
}

/**
 * A concrete number for a size nobody knows, so that the pages of a mapping can be told apart: every symbol in it gets
 * a small value that respects what the path assumed. Bytes are chosen in whole pages.
 */
export function pin(m: Machine, value: Value, unit: number): number | undefined {
  const v = settle(m, value);
  if (!(v instanceof Sym)) return toNumber(m, v);
  pinLeaves(m, v, unit, 0);
  return toNumber(m, v);
}

const PAGES = 8;

function pinLeaves(m: Machine, v: Value, unit: number, depth: number): void {
  const s = settle(m, v);
  if (!(s instanceof Sym) || depth > MAX_DEPTH) return;
  if (!s.from) {
    const wanted = PAGES * unit;
    let n = Math.min(Math.max(wanted, s.lo), s.hi);
    while (s.not.includes(n) && n < s.hi) n++;
    s.bound = n;
    return;
  }
  const k = typeof s.from.b === "number" ? s.from.b : typeof s.from.a === "number" ? s.from.a : undefined;
  if (s.from.op === "*" && k === undefined && unit === PAGE) {
    // Either of the two may be the page size, so both are made one page: the other one would be no whole page.
    pinLeaves(m, s.from.a, PAGE / PAGES, depth + 1);
    pinLeaves(m, s.from.b, PAGE / PAGES, depth + 1);
    return;
  }
  const scaled =
    s.from.op === "*" && k !== undefined
      ? Math.max(1, unit / k)
      : s.from.op === "<<" && k !== undefined
        ? Math.max(1, unit / 2 ** k)
        : unit;
  pinLeaves(m, s.from.a, scaled, depth + 1);
  if (s.from.b !== undefined) pinLeaves(m, s.from.b, s.from.op === "*" ? 1 : scaled, depth + 1);
}
