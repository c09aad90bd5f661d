import type { Access, Expr, Place, Stmt } from "../ir/ir";
import { evaluate, loadPlace } from "./evaluate";
import type { Machine } from "./machine";
import { toNumber } from "./operate";
import { walkExpr, walkStmt } from "./walk";

type Loop = Extract<Stmt, { k: "loop" }>;
export type Variable = Extract<Place, { k: "local" | "global" }>;
type Update = Extract<Expr, { k: "update" }>;

/** How a loop that only walks over memory can be followed in one go. */
export interface Plan {
  readonly count: number;
  /** Variables that advance by the same amount every round; the index is one of them. */
  readonly movers: readonly {
    readonly place: Variable;
    readonly acc: Access;
    readonly first: number;
    readonly by: number;
  }[];
  /** Other variables the loop changes: unknown afterwards. */
  readonly scrambled: readonly { readonly place: Variable; readonly acc: Access }[];
  /** Added to the index when the loop is over: `while (n--)` counts once more than it runs. */
  readonly extra?: { readonly place: Variable; readonly by: number };
}

const same = (a: Place, b: Place): boolean =>
  (a.k === "local" && b.k === "local" && a.slot === b.slot) ||
  (a.k === "global" && b.k === "global" && a.name === b.name);

const isVariable = (p: Place): p is Variable => p.k === "local" || p.k === "global";

/** Functions that only walk over memory they are given, or do nothing to it. */
const HARMLESS =
  /^(memset|memcpy|memmove|mempcpy|bzero|strcpy|strncpy|snprintf|sprintf|printf|fprintf|putchar|fputc|putc|puts|rand|random|rand_r|lrand48|mincore|__builtin_expect|strlen|memcmp|atomic_load|__atomic_load_n|htonl|htons|isprint|toupper|tolower)$/;

interface Written {
  readonly place: Variable;
  readonly acc: Access;
  /** The only way the variable changes, if it advances once in every round. */
  advance: Update | undefined;
  times: number;
}

/**
 * The plan for a counted loop, or undefined when it does more than walk over memory or its count is not known: then
 * its rounds have to be followed one by one.
 */
export function planOf(m: Machine, s: Loop): Plan | undefined {
  if (!s.c || s.doWhile) return undefined;
  const { ok, written, addressed, declared } = surveyOf(m, s);
  if (!ok) return undefined;
  const steady = (e: Expr): boolean =>
    walkExpr(
      e,
      (x) => x.k !== "call" && !(x.k === "load" && isVariable(x.p) && written.some((w) => same(w.place, x.p))),
    );
  const byOf = (w: Written): number | undefined => {
    if (w.times !== 1 || !w.advance || (w.advance.op !== "+" && w.advance.op !== "-") || !steady(w.advance.e))
      return undefined;
    const n = toNumber(m, evaluate(m, w.advance.e));
    return n === undefined ? undefined : w.advance.op === "+" ? n : -n;
  };
  const counted = countOf(m, s.c, written, byOf, steady);
  if (!counted) return undefined;
  const movers: { place: Variable; acc: Access; first: number; by: number }[] = [];
  const scrambled: { place: Variable; acc: Access }[] = [];
  for (const w of written) {
    if (w.place.k === "local" && declared.has(w.place.slot)) continue;
    const by = byOf(w);
    const first = by === undefined ? undefined : toNumber(m, loadPlace(m, w.place, w.acc));
    if (by !== undefined && first !== undefined) movers.push({ place: w.place, acc: w.acc, first, by });
    // Where a pointer points that moves in another way is not known in one go.
    else if (addressed.some((p) => same(p, w.place))) return undefined;
    else scrambled.push(w);
  }
  return { ...counted, movers, scrambled };
}

interface Survey {
  readonly ok: boolean;
  readonly written: Written[];
  readonly addressed: Variable[];
  readonly declared: Set<number>;
}

/** A loop's code does not change, so it is looked through once. */
const surveys = new WeakMap<Loop, Survey>();

function surveyOf(m: Machine, s: Loop): Survey {
  let known = surveys.get(s);
  if (!known) {
    const written: Written[] = [];
    const addressed: Variable[] = [];
    const declared = new Set<number>();
    known = { ok: survey(m, s, written, addressed, declared), written, addressed, declared };
    surveys.set(s, known);
  }
  return known;
}

/** Everything a loop writes, and which variables addresses are made of; false when it does more than that. */
function survey(m: Machine, s: Loop, written: Written[], addressed: Variable[], declared: Set<number>): boolean {
  const note = (place: Variable, acc: Access, advance: Update | undefined): void => {
    const known = written.find((w) => same(w.place, place));
    if (!known) written.push({ place, acc, advance, times: 1 });
    else {
      known.times++;
      known.advance = undefined;
    }
  };
  const plain = new Set<Update>();
  const expressions = [...(s.step ? [s.step] : []), ...(s.c ? [s.c] : [])];
  for (const e of expressions) unconditional(e, plain);
  topLevel(s.body, plain);
  const visit = (x: Expr): boolean => {
    if (x.k === "call")
      return x.f.k === "fn" && HARMLESS.test(x.f.name) && !m.program.function(x.f.name, m.frame.fn.file);
    if ((x.k === "assign" || x.k === "update") && isVariable(x.p))
      note(x.p, x.acc, x.k === "update" && plain.has(x) ? x : undefined);
    else if (x.k === "assign" || x.k === "update" || x.k === "load") collectVariables(x.p, addressed);
    return x.k !== "closure" && x.k !== "class" && x.k !== "object" && x.k !== "array" && x.k !== "await";
  };
  const stmt = (x: Stmt): boolean => {
    if (x.k === "decl") declared.add(x.slot);
    return x.k === "block" || x.k === "expr" || x.k === "decl" || x.k === "loop" || x.k === "continue";
  };
  // The condition may call what it likes: it is evaluated as it stands, once.
  if (s.c) walkExpr(s.c, (x) => (x.k === "update" ? visit(x) : true));
  return (!s.step || walkExpr(s.step, visit)) && walkStmt(s.body, { stmt, expr: visit });
}

/** Updates that every round makes exactly once. */
function topLevel(s: Stmt, out: Set<Update>): void {
  if (s.k === "expr") unconditional(s.e, out);
  else if (s.k === "block") for (const x of s.body) topLevel(x, out);
  else if (s.k === "decl" && s.init) unconditional(s.init, out);
}

function unconditional(e: Expr, out: Set<Update>): void {
  walkExpr(e, (x) => {
    if (x.k === "update") out.add(x);
    return true;
  });
  // What stands behind && || or ?: is not made every time.
  walkExpr(e, (x) => {
    const parts = x.k === "and" || x.k === "or" || x.k === "nullish" ? [x.b] : x.k === "cond" ? [x.a, x.b] : [];
    for (const part of parts) {
      walkExpr(part, (y) => {
        if (y.k === "update") out.delete(y);
        return true;
      });
    }
    return true;
  });
}

type Counted = Pick<Plan, "count" | "extra">;

/** How many rounds the condition allows. */
function countOf(
  m: Machine,
  c: Expr,
  written: readonly Written[],
  byOf: (w: Written) => number | undefined,
  steady: (e: Expr) => boolean,
): Counted | undefined {
  const find = (p: Place): Written | undefined => written.find((w) => same(w.place, p));
  const isZero = (e: Expr): boolean => e.k === "const" && e.v === 0;
  const inner = c.k === "bin" && (c.op === "!=" || c.op === ">") && isZero(c.b) ? c.a : c;
  if (inner.k === "update" && isVariable(inner.p) && inner.op === "-" && inner.post) {
    const w = find(inner.p);
    const n = w && byOf(w) === -1 ? toNumber(m, loadPlace(m, w.place, w.acc)) : undefined;
    return w && n !== undefined && n > 0 ? { count: n, extra: { place: w.place, by: -1 } } : undefined;
  }
  if (inner.k === "load" && isVariable(inner.p) && inner !== c) return countOf(m, inner, written, byOf, steady);
  if (c.k === "load" && isVariable(c.p)) {
    const w = find(c.p);
    const by = w && byOf(w);
    const n = w && toNumber(m, loadPlace(m, w.place, w.acc));
    return by !== undefined && by < 0 && n !== undefined && n > 0 && n % -by === 0 ? { count: n / -by } : undefined;
  }
  if (c.k !== "bin" || c.a.k !== "load" || !isVariable(c.a.p) || !steady(c.b)) return undefined;
  const w = find(c.a.p);
  const by = w && byOf(w);
  const first = w && toNumber(m, loadPlace(m, w.place, w.acc));
  const bound = toNumber(m, evaluate(m, c.b));
  if (by === undefined || first === undefined || bound === undefined || by === 0) return undefined;
  const up = by > 0;
  if (!/^(<|<=|>|>=|!=)$/.test(c.op) || up !== (c.op === "<" || c.op === "<=" || (c.op === "!=" && bound > first)))
    return undefined;
  const distance = up ? bound - first : first - bound;
  const inclusive = c.op === "<=" || c.op === ">=";
  const count = inclusive ? Math.floor(distance / Math.abs(by)) + 1 : Math.ceil(distance / Math.abs(by));
  return count > 0 && Number.isSafeInteger(count) ? { count } : undefined;
}

/** Variables an address is computed from. */
function collectVariables(p: Place, out: Variable[]): void {
  const fromExpr = (e: Expr): void => {
    walkExpr(e, (x) => {
      if ((x.k === "load" || x.k === "update") && (x.p.k === "local" || x.p.k === "global")) out.push(x.p);
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
