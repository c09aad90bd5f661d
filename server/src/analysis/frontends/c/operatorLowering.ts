import type { Node } from "web-tree-sitter";
import type { Place } from "../../ir/ir";
import { type Typed, UNKNOWN } from "./context";
import type { ExprLowering } from "./exprLowering";
import { binaryOp, castExpr, constant, fold, num } from "./fold";
import { accessOf, type CType, commonType, INT, LONG, pointerTo, sizeOf } from "./types";

/** Operators: assignment, arithmetic with pointers scaled, and casts that the grammar takes for arithmetic. */
export class OperatorLowering {
  constructor(private readonly of: ExprLowering) {}

  assignment(node: Node): Typed {
    const left = this.of.lower(this.of.need(node, "left"));
    const operator = node.childForFieldName("operator")?.text ?? "=";
    const rightNode = node.childForFieldName("right");
    if (!rightNode) return UNKNOWN;
    if (rightNode.type === "initializer_list" && left.p) return this.of.initialize(left.p, left.t, rightNode);
    const right = this.of.value(rightNode);
    if (!left.p) return { e: { k: "seq", list: [left.e, right.e] }, t: right.t };
    const acc = accessOf(left.t);
    if (operator === "=") return { e: { k: "assign", p: left.p, acc, e: right.e }, t: left.t };
    return this.updated(left, left.p, operator.slice(0, -1), right, false);
  }

  update(node: Node): Typed {
    const target = this.of.lower(this.of.need(node, "argument"));
    if (!target.p) return UNKNOWN;
    const op = node.childForFieldName("operator")?.text === "--" ? "-" : "+";
    const post = node.firstChild?.type !== "++" && node.firstChild?.type !== "--";
    return this.updated(target, target.p, op, constant(1), post);
  }

  private updated(target: Typed, p: Place, op: string, by: Typed, post: boolean): Typed {
    const scale = target.t.k === "ptr" && (op === "+" || op === "-") ? sizeOf(target.t.to) : 1;
    const e = scale === 1 ? by.e : fold("*", by.e, num(scale));
    const integral = target.t.k !== "float" && by.t.k !== "float";
    return { e: { k: "update", p, acc: accessOf(target.t), op: binaryOp(op, integral), e, post }, t: target.t };
  }

  binary(node: Node): Typed {
    const castTo = this.of.calls.parenthesizedType(this.of.need(node, "left"));
    if (castTo) return this.misreadCast(node, castTo);
    const left = this.of.value(this.of.need(node, "left"));
    const rightNode = node.childForFieldName("right");
    const right = rightNode ? this.of.value(rightNode) : UNKNOWN;
    const op = node.childForFieldName("operator")?.text ?? "+";
    if (op === "&&" || op === "||") {
      return { e: { k: op === "&&" ? "and" : "or", a: left.e, b: right.e, at: this.of.scope.at(node) }, t: INT };
    }
    return this.combine(op, left, right);
  }

  private misreadCast(node: Node, to: CType): Typed {
    const op = node.childForFieldName("operator")?.text ?? "-";
    const operand = this.of.lower(node.childForFieldName("right") ?? node);
    if (op === "&")
      return operand.p ? this.of.cast(to, { e: { k: "addr", p: operand.p }, t: pointerTo(operand.t) }) : UNKNOWN;
    const v = this.of.decay(operand);
    if (op === "*") return this.of.cast(to, this.of.deref(v, v.t.k === "ptr" ? v.t.to : LONG));
    return this.of.cast(to, op === "-" ? this.combine("-", constant(0, v.t), v) : v);
  }

  combine(op: string, left: Typed, right: Typed): Typed {
    if (op === "<<" && left.t.k === "struct") return { e: { k: "seq", list: [right.e, left.e] }, t: left.t };
    const integral = left.t.k !== "float" && right.t.k !== "float";
    if (op === "+" || op === "-") {
      if (left.t.k === "ptr" && right.t.k === "ptr") {
        return { e: fold("idiv", fold("-", left.e, right.e), num(Math.max(1, sizeOf(left.t.to)))), t: LONG };
      }
      if (left.t.k === "ptr") {
        return { e: fold(op, left.e, fold("*", right.e, num(sizeOf(left.t.to)))), t: left.t };
      }
      if (right.t.k === "ptr") {
        return { e: fold(op, fold("*", left.e, num(sizeOf(right.t.to))), right.e), t: right.t };
      }
    }
    const t = /^([=!]=|[<>]=?)$/.test(op) ? INT : commonType(left.t, right.t);
    const e = fold(binaryOp(op, integral), left.e, right.e);
    // Narrow unsigned arithmetic wraps; addresses and sizes are 64 bits wide and never do in sound code.
    if (t.k === "int" && t.size === 4 && !t.signed && (op === "-" || op === "*" || op === "~")) {
      return { e: castExpr(t, e), t };
    }
    return { e, t };
  }

  unary(node: Node): Typed {
    const arg = this.of.value(this.of.need(node, "argument"));
    const op = node.childForFieldName("operator")?.text ?? "!";
    if (op !== "-" && op !== "~" && op !== "!" && op !== "+") return arg;
    if (arg.e.k === "const" && typeof arg.e.v === "number") {
      const v = arg.e.v;
      return {
        e: num(op === "-" ? -v : op === "~" ? -v - 1 : op === "!" ? (v ? 0 : 1) : v),
        t: op === "!" ? INT : arg.t,
      };
    }
    return { e: { k: "un", op, e: arg.e }, t: op === "!" ? INT : arg.t };
  }
}
