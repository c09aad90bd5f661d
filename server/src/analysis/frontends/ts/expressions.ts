import type { Node } from "web-tree-sitter";
import {
  ANY,
  type ArrayPart,
  type BinaryOp,
  type Expr,
  type Fn,
  type ObjectPart,
  type Place,
  type UnaryOp,
} from "../../ir/ir";
import { lowerClass } from "./classes";
import type { Fields } from "./functions";
import { numberLiteral, stringLiteral } from "./literals";
import { bindPattern } from "./patterns";
import { children, type Scope } from "./scope";

const MAX_DEPTH = 300;

/** Lowers TypeScript and JavaScript expressions; types are left out. */
export class ExprLowering {
  private depth = 0;

  constructor(
    readonly scope: Scope,
    readonly lowerFunction: (node: Node, name: string, fields?: Fields) => Fn,
  ) {}

  value(node: Node): Expr {
    if (this.depth >= MAX_DEPTH) return { k: "unknown" };
    this.depth++;
    try {
      return this.dispatch(node);
    } finally {
      this.depth--;
    }
  }

  private dispatch(node: Node): Expr {
    switch (node.type) {
      case "identifier":
      case "shorthand_property_identifier":
        return this.name(node.text);
      case "number":
        return { k: "const", v: numberLiteral(node.text) };
      case "string":
        return { k: "const", v: stringLiteral(node.text) };
      case "template_string":
        return this.template(node);
      case "true":
        return { k: "const", v: true };
      case "false":
        return { k: "const", v: false };
      case "null":
        return { k: "const", v: null };
      case "undefined":
        return { k: "const", v: undefined };
      case "this":
        return { k: "this" };
      case "super":
        return { k: "super" };
      case "parenthesized_expression":
      case "non_null_expression":
      case "as_expression":
      case "satisfies_expression":
        return this.inner(node, 0);
      case "type_assertion":
        return this.inner(node, -1);
      case "instantiation_expression":
        return this.inner(node, 0);
      case "await_expression":
        return { k: "await", e: this.inner(node, 0) };
      case "yield_expression":
        return {
          k: "yield",
          e: children(node)[0] ? this.inner(node, 0) : { k: "const", v: undefined },
          all: node.children.some((c) => c?.type === "*"),
        };
      case "sequence_expression":
        return { k: "seq", list: children(node).map((c) => this.value(c)) };
      case "assignment_expression":
        return this.assignment(node);
      case "augmented_assignment_expression":
        return this.augmented(node);
      case "update_expression":
        return this.update(node);
      case "binary_expression":
        return this.binary(node);
      case "unary_expression":
        return this.unary(node);
      case "ternary_expression": {
        const [c, a, b] = ["condition", "consequence", "alternative"].map((f) => this.field(node, f));
        return { k: "cond", c: c ?? UNKNOWN, a: a ?? UNKNOWN, b: b ?? UNKNOWN, at: this.scope.at(node) };
      }
      case "member_expression":
      case "subscript_expression": {
        if (node.childForFieldName("object")?.type === "super")
          return { k: "super", member: node.childForFieldName("property")?.text ?? "" };
        const p = this.place(node);
        return p ? { k: "load", p, acc: ANY } : UNKNOWN;
      }
      case "call_expression":
        return this.call(node);
      case "new_expression":
        return this.create(node);
      case "arrow_function":
        return { k: "closure", fn: this.lowerFunction(node, ""), arrow: true };
      case "function_expression":
      case "function":
      case "function_declaration":
      case "generator_function":
      case "generator_function_declaration":
        return { k: "closure", fn: this.lowerFunction(node, node.childForFieldName("name")?.text ?? ""), arrow: false };
      case "class":
      case "class_declaration":
      case "abstract_class_declaration":
        return { k: "class", def: lowerClass(this, node) };
      case "object":
        return this.object(node);
      case "array":
        return { k: "array", items: children(node).map((c) => this.arrayPart(c)) };
      default:
        return UNKNOWN;
    }
  }

  private inner(node: Node, at: number): Expr {
    const c = children(node).at(at);
    return c ? this.value(c) : UNKNOWN;
  }

  field(node: Node, name: string): Expr | undefined {
    const c = node.childForFieldName(name);
    return c ? this.value(c) : undefined;
  }

  private name(name: string): Expr {
    const p = this.scope.lookup(name);
    if (p) return { k: "load", p, acc: ANY };
    if (name === "undefined") return { k: "const", v: undefined };
    return { k: "import", source: "", name };
  }

  /** A property name as an expression. */
  key(node: Node | null): Expr {
    if (!node) return UNKNOWN;
    if (node.type === "computed_property_name") return this.inner(node, 0);
    if (node.type === "string") return { k: "const", v: stringLiteral(node.text) };
    if (node.type === "number") return { k: "const", v: String(numberLiteral(node.text)) };
    return { k: "const", v: node.text };
  }

  /** The place an expression names, if it names one. */
  place(node: Node): Place | undefined {
    switch (node.type) {
      case "identifier":
        return this.scope.lookup(node.text);
      case "member_expression": {
        const key = node.childForFieldName("property");
        const optional = node.childForFieldName("optional_chain") !== null;
        return {
          k: "prop",
          o: this.field(node, "object") ?? UNKNOWN,
          key: { k: "const", v: key?.text ?? "" },
          optional,
        };
      }
      case "subscript_expression": {
        const optional = node.childForFieldName("optional_chain") !== null;
        return {
          k: "prop",
          o: this.field(node, "object") ?? UNKNOWN,
          key: this.field(node, "index") ?? UNKNOWN,
          optional,
        };
      }
      case "parenthesized_expression":
      case "non_null_expression":
      case "as_expression": {
        const c = children(node)[0];
        return c && this.place(c);
      }
      default:
        return undefined;
    }
  }

  private template(node: Node): Expr {
    const parts: Expr[] = [];
    for (const c of children(node)) {
      if (c.type === "template_substitution") parts.push(this.inner(c, 0));
      else parts.push({ k: "const", v: c.type === "escape_sequence" ? stringLiteral(`"${c.text}"`) : c.text });
    }
    return { k: "concat", parts };
  }

  private assignment(node: Node): Expr {
    const left = node.childForFieldName("left");
    const e = this.field(node, "right") ?? UNKNOWN;
    if (!left) return e;
    if (left.type === "array_pattern" || left.type === "object_pattern") {
      return { k: "seq", list: [{ k: "block", body: { k: "block", body: bindPattern(this, left, e, false) } }] };
    }
    const p = this.place(left);
    return p ? { k: "assign", p, acc: ANY, e } : e;
  }

  private augmented(node: Node): Expr {
    const left = node.childForFieldName("left");
    const p = left && this.place(left);
    const e = this.field(node, "right") ?? UNKNOWN;
    const op = (node.childForFieldName("operator")?.text ?? "+=").slice(0, -1);
    if (!p) return e;
    if (op === "??" || op === "||" || op === "&&") {
      const before: Expr = { k: "load", p, acc: ANY };
      const set: Expr = { k: "assign", p, acc: ANY, e };
      return { k: op === "??" ? "nullish" : op === "||" ? "or" : "and", a: before, b: set, at: this.scope.at(node) };
    }
    return { k: "update", p, acc: ANY, op: op as BinaryOp, e, post: false };
  }

  private update(node: Node): Expr {
    const arg = node.childForFieldName("argument");
    const p = arg && this.place(arg);
    if (!p) return UNKNOWN;
    const op = node.childForFieldName("operator")?.text === "--" ? "-" : "+";
    const post = node.firstChild?.type !== "++" && node.firstChild?.type !== "--";
    return { k: "update", p, acc: ANY, op, e: { k: "const", v: 1 }, post };
  }

  private binary(node: Node): Expr {
    const a = this.field(node, "left") ?? UNKNOWN;
    const b = this.field(node, "right") ?? UNKNOWN;
    const op = node.childForFieldName("operator")?.text ?? "+";
    if (op === "&&" || op === "||" || op === "??") {
      return { k: op === "&&" ? "and" : op === "||" ? "or" : "nullish", a, b, at: this.scope.at(node) };
    }
    const plain = op === "===" ? "==" : op === "!==" ? "!=" : op;
    return { k: "bin", op: plain as BinaryOp, a, b };
  }

  private unary(node: Node): Expr {
    const op = node.childForFieldName("operator")?.text ?? "!";
    const arg = node.childForFieldName("argument");
    if (!arg || op === "delete") return { k: "const", v: true };
    const e = this.value(arg);
    if (op === "-" && e.k === "const" && (typeof e.v === "number" || typeof e.v === "bigint"))
      return { k: "const", v: -e.v };
    return { k: "un", op: op as UnaryOp, e };
  }

  private arguments(node: Node | null): Expr[] {
    if (!node) return [];
    if (node.type === "template_string") return [this.template(node)];
    return children(node).map((c) =>
      c.type === "spread_element" ? ({ k: "array", items: [this.arrayPart(c)] } as const) : this.value(c),
    );
  }

  private arrayPart(node: Node): ArrayPart {
    if (node.type === "spread_element") return { spread: true, e: this.inner(node, 0) };
    return { spread: false, e: this.value(node) };
  }

  private call(node: Node): Expr {
    const fn = node.childForFieldName("function");
    const args = this.arguments(node.childForFieldName("arguments"));
    const at = this.scope.at(node);
    const optional =
      node.childForFieldName("optional_chain") !== null || children(node).some((c) => c.type === "optional_chain");
    if (!fn) return UNKNOWN;
    if (fn.type === "import") return { k: "unknown" };
    if (fn.type === "identifier" && fn.text === "require" && args[0]?.k === "const" && typeof args[0].v === "string") {
      return { k: "import", source: args[0].v, name: "*" };
    }
    const target = unwrapped(fn);
    if (target.type === "member_expression" || target.type === "subscript_expression") {
      const p = this.place(target);
      const object = target.childForFieldName("object");
      if (p?.k === "prop" && object?.type !== "super") {
        return { k: "call", f: { k: "load", p, acc: ANY }, args, at, self: p.o, optional };
      }
    }
    return { k: "call", f: this.value(fn), args, at, optional };
  }

  private create(node: Node): Expr {
    const f = this.field(node, "constructor") ?? UNKNOWN;
    return {
      k: "call",
      f,
      args: this.arguments(node.childForFieldName("arguments")),
      at: this.scope.at(node),
      isNew: true,
    };
  }

  private object(node: Node): Expr {
    const props: ObjectPart[] = [];
    for (const c of children(node)) {
      if (c.type === "pair") {
        props.push({ k: "prop", key: this.key(c.childForFieldName("key")), e: this.field(c, "value") ?? UNKNOWN });
      } else if (c.type === "shorthand_property_identifier") {
        props.push({ k: "prop", key: { k: "const", v: c.text }, e: this.value(c) });
      } else if (c.type === "spread_element") {
        props.push({ k: "spread", e: this.inner(c, 0) });
      } else if (c.type === "method_definition") {
        const fn = this.lowerFunction(c, c.childForFieldName("name")?.text ?? "");
        const key = this.key(c.childForFieldName("name"));
        if (c.children.some((x) => x?.type === "get")) props.push({ k: "getter", key, fn });
        else props.push({ k: "prop", key, e: { k: "closure", fn, arrow: false } });
      }
    }
    return { k: "object", props };
  }
}

const UNKNOWN: Expr = { k: "unknown" };

/** The expression inside brackets and type assertions. */
function unwrapped(node: Node): Node {
  let n = node;
  while (n.type === "parenthesized_expression" || n.type === "non_null_expression") {
    const c = children(n)[0];
    if (!c) break;
    n = c;
  }
  return n;
}
