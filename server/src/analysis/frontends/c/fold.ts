import { arithmetic } from "../../ir/arith";
import type { BinaryOp, Expr } from "../../ir/ir";
import type { Typed } from "./context";
import { accessOf, type CType, INT } from "./types";

export const num = (v: number): Expr => ({ k: "const", v });
export const constant = (v: number, t: CType = INT): Typed => ({ e: num(v), t });

export function castExpr(t: CType, e: Expr): Expr {
  return { k: "cast", acc: accessOf(t), e };
}

export function binaryOp(op: string, integral: boolean): BinaryOp {
  return (op === "/" && integral ? "idiv" : op) as BinaryOp;
}

/** A binary expression, computed at once when both sides are numbers. */
export function fold(op: BinaryOp, a: Expr, b: Expr): Expr {
  if (a.k === "const" && b.k === "const" && typeof a.v === "number" && typeof b.v === "number") {
    const v = arithmetic(op, a.v, b.v);
    if (v !== undefined) return num(v);
  }
  if (b.k === "const" && ((op === "*" && b.v === 1) || (op === "idiv" && b.v === 1) || (op === "+" && b.v === 0)))
    return a;
  return { k: "bin", op, a, b };
}
