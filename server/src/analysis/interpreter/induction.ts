import type { Access, Expr, Place, Stmt } from "../ir/ir";
import { address, evaluate, loadPlace } from "./evaluate";
import type { Machine } from "./machine";
import { toNumber } from "./operate";
import type { Value } from "./value";

type Loop = Extract<Stmt, { k: "loop" }>;
type Variable = Extract<Place, { k: "local" | "global" }>;

interface Induction {
  readonly place: Variable;
  readonly acc: Access;
  address(m: Machine): Value;
  /** Values the index takes, when all of them are known now. */
  range(m: Machine): { first: number; last: number; step: number; after: number; count: number } | undefined;
}

const same = (a: Place, b: Place): boolean =>
  (a.k === "local" && b.k === "local" && a.slot === b.slot) ||
  (a.k === "global" && b.k === "global" && a.name === b.name);

/** The index of a loop that counts up to a bound by a constant step. */
export function inductionOf(s: Loop): Induction | undefined {
  if (!s.c || !s.step || s.doWhile || s.c.k !== "bin") return undefined;
  const step = s.step;
  if (step.k !== "update" || (step.op !== "+" && step.op !== "-") || (step.p.k !== "local" && step.p.k !== "global"))
    return undefined;
  const place = step.p;
  const { op, a, b } = s.c;
  const onLeft = a.k === "load" && same(a.p, place);
  if (!onLeft || !/^(<|<=|>|>=|!=)$/.test(op)) return undefined;
  return {
    place,
    acc: step.acc,
    address: (m) => address(m, place),
    range(m) {
      const first = toNumber(m, loadPlace(m, place, step.acc));
      const bound = toNumber(m, evaluate(m, b));
      const by = toNumber(m, evaluate(m, step.e));
      if (first === undefined || bound === undefined || by === undefined || by <= 0) return undefined;
      const up = step.op === "+";
      if (up !== (op === "<" || op === "<=" || (op === "!=" && bound > first))) return undefined;
      const distance = up ? bound - first : first - bound;
      const inclusive = op === "<=" || op === ">=";
      const count = inclusive ? Math.floor(distance / by) + 1 : Math.ceil(distance / by);
      if (count <= 0 || !Number.isSafeInteger(count)) return undefined;
      const end = first + (up ? 1 : -1) * (count - 1) * by;
      return { first: Math.min(first, end), last: Math.max(first, end), step: by, after: end + (up ? by : -by), count };
    },
  };
}

/** Functions that only walk over memory they are given, or do nothing to it. */
const HARMLESS =
  /^(memset|memcpy|memmove|mempcpy|bzero|strcpy|strncpy|snprintf|sprintf|printf|fprintf|putchar|fputc|putc|puts|rand|random|rand_r|lrand48|mincore|__builtin_expect|strlen|memcmp|atomic_load|__atomic_load_n|htonl|htons|isprint|toupper|tolower)$/;

/**
 * Variables a loop body changes besides its index, or undefined when the body does more than walk over memory: then
 * its rounds have to be followed one by one.
 */
export function writtenPlaces(
  m: Machine,
  s: Loop,
  index: Variable,
): { readonly address: Value; readonly acc: Access }[] | undefined {
  const found: { place: Variable; acc: Access; moves: boolean }[] = [];
  const addressed: Variable[] = [];
  const declared = new Set<number>();
  const ok = walkStmt(s.body, {
    stmt: (x) => {
      if (x.k === "decl") declared.add(x.slot);
      return x.k === "block" || x.k === "expr" || x.k === "decl" || x.k === "loop" || x.k === "continue";
    },
    expr: (x) => {
      if (x.k === "call")
        return x.f.k === "fn" && HARMLESS.test(x.f.name) && !m.program.function(x.f.name, m.frame.fn.file);
      if ((x.k === "assign" || x.k === "update") && (x.p.k === "local" || x.p.k === "global")) {
        if (same(x.p, index)) return false;
        found.push({ place: x.p, acc: x.acc, moves: x.k === "update" });
      } else if (x.k === "assign" || x.k === "update" || x.k === "load") {
        collectVariables(x.p, addressed);
      }
      return x.k !== "closure" && x.k !== "class" && x.k !== "object" && x.k !== "array" && x.k !== "await";
    },
  });
  if (!ok) return undefined;
  const inner = (p: Variable) => p.k === "local" && declared.has(p.slot);
  for (const w of found) {
    // A pointer or an index that moves along with the loop: where it points is not known in one go.
    if (!inner(w.place) && addressed.some((p) => same(p, w.place))) return undefined;
  }
  return found.filter((w) => !inner(w.place)).map((w) => ({ address: address(m, w.place), acc: w.acc }));
}

/** Variables an address is computed from. */
function collectVariables(p: Place, out: Variable[]): void {
  const fromExpr = (e: Expr): void => {
    walkExpr(e, (x) => {
      if (x.k === "load" && (x.p.k === "local" || x.p.k === "global")) out.push(x.p);
      return true;
    });
  };
  if (p.k === "deref") fromExpr(p.e);
  else if (p.k === "field") collectVariables(p.p, out);
  else if (p.k === "index") {
    collectVariables(p.p, out);
    fromExpr(p.i);
  }
}

interface Visitor {
  readonly stmt: (s: Stmt) => boolean;
  readonly expr: (e: Expr) => boolean;
}

function walkStmt(s: Stmt, v: Visitor): boolean {
  if (!v.stmt(s)) return false;
  const e = (x: Expr | undefined): boolean => x === undefined || walkExpr(x, v.expr);
  switch (s.k) {
    case "expr":
      return e(s.e);
    case "block":
      return s.body.every((x) => walkStmt(x, v));
    case "decl":
      return e(s.init);
    case "loop":
      return (s.init === undefined || walkStmt(s.init, v)) && e(s.c) && e(s.step) && walkStmt(s.body, v);
    default:
      return true;
  }
}

/** Visits an expression and everything in it until a visit says no. */
export function walkExpr(e: Expr, visit: (e: Expr) => boolean): boolean {
  if (!visit(e)) return false;
  const all = (list: readonly Expr[]): boolean => list.every((x) => walkExpr(x, visit));
  switch (e.k) {
    case "load":
    case "addr":
      return walkPlace(e.p, visit);
    case "assign":
    case "update":
      return walkPlace(e.p, visit) && walkExpr(e.e, visit);
    case "bin":
      return all([e.a, e.b]);
    case "un":
    case "cast":
      return walkExpr(e.e, visit);
    case "and":
    case "or":
    case "nullish":
      return all([e.a, e.b]);
    case "cond":
      return all([e.c, e.a, e.b]);
    case "seq":
      return all(e.list);
    case "call":
      return all(e.args) && (e.f.k === "fn" || walkExpr(e.f, visit));
    case "init":
      return walkPlace(e.p, visit) && all(e.list.map((i) => i.e));
    case "block":
      return false;
    case "concat":
      return all(e.parts);
    default:
      return true;
  }
}

function walkPlace(p: Place, visit: (e: Expr) => boolean): boolean {
  switch (p.k) {
    case "deref":
    case "value":
      return walkExpr(p.e, visit);
    case "field":
      return walkPlace(p.p, visit);
    case "index":
      return walkPlace(p.p, visit) && walkExpr(p.i, visit);
    case "temp":
      return p.init.every((i) => walkExpr(i.e, visit));
    case "prop":
      return walkExpr(p.o, visit) && walkExpr(p.key, visit);
    default:
      return true;
  }
}
