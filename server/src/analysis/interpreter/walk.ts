import type { Expr, Place, Stmt } from "../ir/ir";

/** Visits the code of a loop body. */
export interface Visitor {
  readonly stmt: (s: Stmt) => boolean;
  readonly expr: (e: Expr) => boolean;
}

/** Visits a statement and everything in it until a visit says no. */
export function walkStmt(s: Stmt, v: Visitor): boolean {
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
