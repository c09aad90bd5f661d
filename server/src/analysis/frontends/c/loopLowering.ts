import type { Node } from "web-tree-sitter";
import type { Expr, Stmt } from "../../ir/ir";
import { type Typed, UNKNOWN } from "./context";
import { EMPTY, type StmtContext } from "./stmtContext";
import { accessOf, type CType, sizeOf } from "./types";

/** Loops of C and C++. */
export class LoopLowering {
  constructor(private readonly of: StmtContext & { readonly declarations: { declaration(node: Node): Stmt } }) {}

  forStatement(node: Node): Stmt {
    this.of.scope.enter();
    const initNode = node.childForFieldName("initializer");
    const init =
      initNode &&
      (initNode.type === "declaration" ? this.of.declarations.declaration(initNode) : this.of.statement(initNode));
    const c = node.childForFieldName("condition");
    const step = node.childForFieldName("update");
    const body = node.childForFieldName("body");
    const out: Stmt = {
      k: "loop",
      ...(init ? { init } : {}),
      ...(c ? { c: this.of.expr.value(c).e } : {}),
      ...(step ? { step: this.of.expr.value(step).e } : {}),
      body: body ? this.of.statement(body) : EMPTY,
      doWhile: false,
      at: this.of.scope.at(node),
    };
    this.of.scope.leave();
    return out;
  }

  /** `for (T x : array)`: over an array of known length, by index. */
  rangeLoop(node: Node): Stmt {
    this.of.scope.enter();
    const right = node.childForFieldName("right");
    const over: Typed = right ? this.of.expr.lower(right) : UNKNOWN;
    const base = this.of.expr.types.specifier(node);
    const d = node.childForFieldName("declarator");
    const one = d ? this.of.expr.types.declarator(d, base) : { name: "", type: base };
    const element: CType = over.t.k === "array" ? over.t.of : { k: "int", size: 8, signed: true };
    const reference = one.type.k === "ptr" && one.type.reference === true;
    const type: CType = reference
      ? { k: "ptr", to: element, reference: true }
      : one.type.k === "void"
        ? element
        : one.type;
    const item = this.of.scope.variable(one.name, type);
    const index = this.of.scope.variable("", { k: "int", size: 8, signed: true });
    const i: Expr = { k: "load", p: { k: "local", slot: index }, acc: { size: 8, kind: "int" } };
    const acc = { size: 8, kind: "int" } as const;
    const bodyNode = node.childForFieldName("body");
    const body = bodyNode ? this.of.statement(bodyNode) : EMPTY;
    const n: Expr = over.t.k === "array" ? { k: "const", v: over.t.n } : { k: "unknown" };
    const place =
      over.p && over.t.k === "array" ? ({ k: "index", p: over.p, i, size: sizeOf(element) } as const) : undefined;
    const fetch: Expr = !place
      ? { k: "unknown" }
      : reference
        ? { k: "addr", p: place }
        : { k: "load", p: place, acc: accessOf(element) };
    const out: Stmt = {
      k: "loop",
      init: {
        k: "decl",
        slot: index,
        init: { k: "assign", p: { k: "local", slot: index }, acc, e: { k: "const", v: 0 } },
      },
      c: { k: "bin", op: "<", a: i, b: n },
      step: { k: "update", p: { k: "local", slot: index }, acc, op: "+", e: { k: "const", v: 1 }, post: true },
      body: {
        k: "block",
        body: [
          {
            k: "decl",
            slot: item,
            init: { k: "assign", p: { k: "local", slot: item }, acc: accessOf(type), e: fetch },
          },
          body,
        ],
      },
      doWhile: false,
      at: this.of.scope.at(node),
    };
    this.of.scope.leave();
    return out;
  }

  loop(node: Node, doWhile: boolean): Stmt {
    const c = node.childForFieldName("condition");
    const body = node.childForFieldName("body");
    const inner = body ? this.of.statement(body) : EMPTY;
    return { k: "loop", ...(c ? { c: this.of.condition(c) } : {}), body: inner, doWhile, at: this.of.scope.at(node) };
  }
}
