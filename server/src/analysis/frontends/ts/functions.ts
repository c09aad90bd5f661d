import type { Node } from "web-tree-sitter";
import { ANY, type Expr, type Fn, type Stmt } from "../../ir/ir";
import { ExprLowering } from "./expressions";
import { bindPattern } from "./patterns";
import { children, Scope } from "./scope";
import { StmtLowering } from "./statements";

/** Lowers a module's body; its variables are the slots of one function. */
export function lowerModule(root: Node, file: string): { module: Fn; exports: ReadonlyMap<string, number> } {
  const scope = new Scope(0);
  const exports = new Map<string, number>();
  const statements = lowering(scope, file, exports);
  const body = statements.body(children(root));
  const module: Fn = {
    name: "<module>",
    file,
    base: 0,
    slots: scope.slots,
    params: [],
    variadic: false,
    body,
    at: { start: 0, end: 0 },
  };
  return { module, exports };
}

function lowering(scope: Scope, file: string, exports?: Map<string, number>): StmtLowering {
  const expr: ExprLowering = new ExprLowering(scope, (node, name, fields) =>
    lowerFunction(node, name, file, scope, fields),
  );
  return new StmtLowering(expr, exports);
}

/** Functions within functions whose bodies are read. */
const MAX_NESTING = 60;

/** Body of a class's property initializers: each runs with `this` as the new object. */
export type Fields = readonly { readonly key: Expr; readonly value: Node | undefined }[];

/** Lowers a function, arrow function or method; `fields` makes the function that fills a class's properties instead. */
export function lowerFunction(node: Node, name: string, file: string, parent: Scope, fields?: Fields): Fn {
  const scope = new Scope(node.startIndex, parent);
  const statements = lowering(scope, file);
  const { expr } = statements;
  const prologue: Stmt[] = [];
  const params: { slot: number; acc: typeof ANY }[] = [];
  const properties: Stmt[] = [];
  let restSlot: number | undefined;
  for (const p of fields ? [] : parameters(node)) {
    const pattern = p.childForFieldName("pattern") ?? p;
    if (pattern.type === "this") continue;
    if (pattern.type === "rest_pattern") {
      const inner = children(pattern)[0];
      restSlot = scope.declare(inner?.type === "identifier" ? inner.text : "");
      if (inner && inner.type !== "identifier") prologue.push(...bindPattern(expr, inner, slotValue(restSlot), true));
      continue;
    }
    const simple = pattern.type === "identifier";
    const slot = scope.declare(simple ? pattern.text : "");
    params.push({ slot, acc: ANY });
    const value =
      p.childForFieldName("value") ??
      (pattern.type === "assignment_pattern" ? pattern.childForFieldName("right") : null);
    const target = pattern.type === "assignment_pattern" ? (pattern.childForFieldName("left") ?? pattern) : pattern;
    if (value) prologue.push(defaultValue(expr, slot, value));
    if (!simple) prologue.push(...bindPattern(expr, target, slotValue(slot), true));
    if (children(p).some((c) => c.type === "accessibility_modifier") || /^\s*(?:readonly|override)\b/.test(p.text)) {
      properties.push(setOnThis({ k: "const", v: pattern.text }, slotValue(slot)));
    }
  }
  const bodyNode = scope.nesting < MAX_NESTING ? node.childForFieldName("body") : null;
  const lines: Stmt[] = [];
  if (fields) {
    for (const f of fields) lines.push(setOnThis(f.key, f.value ? expr.value(f.value) : { k: "const", v: undefined }));
  } else if (bodyNode?.type === "statement_block") {
    const main = statements.body(children(bodyNode));
    lines.push(...afterSuper(main, properties));
  } else if (bodyNode) {
    lines.push({ k: "return", e: expr.value(bodyNode) });
  }
  return {
    name,
    file,
    base: node.startIndex,
    slots: scope.slots,
    params,
    variadic: restSlot !== undefined,
    body: { k: "block", body: [...prologue, ...lines] },
    at: { start: 0, end: node.endIndex - node.startIndex },
    ...(restSlot === undefined ? {} : { restSlot }),
    ...(/^generator/.test(node.type) || node.children.some((c) => c?.type === "*") ? { isGenerator: true } : {}),
    ...(/^\s*(?:public |private |protected |static |override )*async\b/.test(node.text.slice(0, 60))
      ? { isAsync: true }
      : {}),
  };
}

function parameters(node: Node): Node[] {
  const single = node.childForFieldName("parameter");
  if (single) return [single];
  const list = node.childForFieldName("parameters");
  return list ? children(list).filter((c) => !/decorator|ERROR/.test(c.type)) : [];
}

const slotValue = (slot: number): Expr => ({ k: "load", p: { k: "local", slot }, acc: ANY });

function defaultValue(expr: ExprLowering, slot: number, value: Node): Stmt {
  const at = expr.scope.at(value);
  const absent: Expr = { k: "bin", op: "==", a: slotValue(slot), b: { k: "const", v: undefined } };
  const assign: Stmt = { k: "expr", e: { k: "assign", p: { k: "local", slot }, acc: ANY, e: expr.value(value) } };
  return { k: "if", c: absent, a: assign, at };
}

function setOnThis(key: Expr, e: Expr): Stmt {
  return { k: "expr", e: { k: "assign", p: { k: "prop", o: { k: "this" }, key }, acc: ANY, e } };
}

/** Parameter properties are set when `this` exists: at once, or after the call of `super`. */
function afterSuper(main: Stmt, properties: readonly Stmt[]): Stmt[] {
  if (properties.length === 0) return [main];
  const body = main.k === "block" ? main.body : [main];
  const at = body.findIndex((s) => s.k === "expr" && s.e.k === "call" && s.e.f.k === "super");
  return [...body.slice(0, at + 1), ...properties, ...body.slice(at + 1)];
}
