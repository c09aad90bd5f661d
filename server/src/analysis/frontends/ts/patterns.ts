import type { Node } from "web-tree-sitter";
import { ANY, type Expr, type Place, type Stmt } from "../../ir/ir";
import type { ExprLowering } from "./expressions";
import { children } from "./scope";

/** Takes a value apart into the variables (or, for an assignment, the places) a pattern names. */
export function bindPattern(expr: ExprLowering, pattern: Node, value: Expr, declare: boolean): Stmt[] {
  const out: Stmt[] = [];
  bind(expr, pattern, value, declare, out, 0);
  return out;
}

function bind(expr: ExprLowering, pattern: Node, value: Expr, declare: boolean, out: Stmt[], depth: number): void {
  if (depth > 20) return;
  const keep = (e: Expr): Expr => {
    const slot = expr.scope.declare("");
    out.push({ k: "decl", slot, init: { k: "assign", p: { k: "local", slot }, acc: ANY, e } });
    return { k: "load", p: { k: "local", slot }, acc: ANY };
  };
  const property = (o: Expr, key: Expr): Expr => ({ k: "load", p: { k: "prop", o, key }, acc: ANY });
  switch (pattern.type) {
    case "identifier":
    case "shorthand_property_identifier_pattern": {
      const p: Place = declare
        ? { k: "local", slot: expr.scope.declare(pattern.text) }
        : (expr.scope.lookup(pattern.text) ?? { k: "local", slot: expr.scope.declare("") });
      out.push({ k: "expr", e: { k: "assign", p, acc: ANY, e: value } });
      return;
    }
    case "object_pattern": {
      const o = keep(value);
      const taken: string[] = [];
      for (const item of children(pattern)) {
        if (item.type === "pair_pattern") {
          const key = expr.key(item.childForFieldName("key"));
          if (key.k === "const" && typeof key.v === "string") taken.push(key.v);
          const target = item.childForFieldName("value");
          if (target) bind(expr, target, property(o, key), declare, out, depth + 1);
        } else if (item.type === "rest_pattern") {
          const target = children(item)[0];
          if (target) bind(expr, target, { k: "rest", e: o, from: 0, without: taken }, declare, out, depth + 1);
        } else {
          const name =
            item.type === "object_assignment_pattern" ? (item.childForFieldName("left")?.text ?? "") : item.text;
          taken.push(name);
          const read = property(o, { k: "const", v: name });
          if (item.type === "object_assignment_pattern") withDefault(expr, item, read, declare, out, depth);
          else bind(expr, item, read, declare, out, depth + 1);
        }
      }
      return;
    }
    case "array_pattern": {
      const o = keep(value);
      let index = 0;
      // Holes are commas without anything between them.
      for (const c of pattern.children) {
        if (!c) continue;
        if (c.type === ",") index++;
        if (!c.isNamed || c.type === "comment") continue;
        if (c.type === "rest_pattern") {
          const target = children(c)[0];
          if (target) bind(expr, target, { k: "rest", e: o, from: index, without: [] }, declare, out, depth + 1);
        } else {
          bind(expr, c, property(o, { k: "const", v: index }), declare, out, depth + 1);
        }
      }
      return;
    }
    case "assignment_pattern":
      withDefault(expr, pattern, value, declare, out, depth);
      return;
    case "member_expression":
    case "subscript_expression": {
      const p = expr.place(pattern);
      if (p) out.push({ k: "expr", e: { k: "assign", p, acc: ANY, e: value } });
      return;
    }
    default:
      return;
  }
}

function withDefault(expr: ExprLowering, node: Node, value: Expr, declare: boolean, out: Stmt[], depth: number): void {
  const left = node.childForFieldName("left");
  const right = node.childForFieldName("right");
  if (!left || !right) return;
  const slot = expr.scope.declare("");
  const kept: Expr = { k: "load", p: { k: "local", slot }, acc: ANY };
  out.push({ k: "decl", slot, init: { k: "assign", p: { k: "local", slot }, acc: ANY, e: value } });
  const absent: Expr = { k: "bin", op: "==", a: kept, b: { k: "const", v: undefined } };
  const chosen: Expr = { k: "cond", c: absent, a: expr.value(right), b: kept, at: expr.scope.at(node) };
  bind(expr, left, chosen, declare, out, depth + 1);
}
