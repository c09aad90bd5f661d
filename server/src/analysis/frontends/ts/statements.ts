import type { Node } from "web-tree-sitter";
import { ANY, type Case, type Expr, type ObjectPart, type Stmt } from "../../ir/ir";
import type { ExprLowering } from "./expressions";
import { stringLiteral } from "./literals";
import { bindPattern } from "./patterns";
import { children } from "./scope";

const EMPTY: Stmt = { k: "block", body: [] };
const UNKNOWN: Expr = { k: "unknown" };
const MAX_DEPTH = 200;

/** Lowers TypeScript and JavaScript statements. */
export class StmtLowering {
  private depth = 0;

  constructor(
    readonly expr: ExprLowering,
    /** Takes what the module exports; absent inside functions. */
    private readonly exports?: Map<string, number>,
  ) {}

  /** A function's or module's statements: names are known everywhere in it, functions and imports exist from the start. */
  body(nodes: readonly Node[]): Stmt {
    this.hoist(nodes);
    const first: Stmt[] = [];
    const rest: Stmt[] = [];
    for (const node of nodes) {
      const inner = node.type === "export_statement" ? (node.childForFieldName("declaration") ?? node) : node;
      const early = /^(?:function_declaration|generator_function_declaration|import_statement)$/.test(inner.type);
      (early ? first : rest).push(this.statement(node));
    }
    return { k: "block", body: [...first, ...rest].filter((s) => s !== EMPTY) };
  }

  /** Declares what a block declares before its statements are read. */
  private hoist(nodes: readonly Node[]): void {
    const { scope } = this.expr;
    for (const node of nodes) {
      const inner = node.type === "export_statement" ? (node.childForFieldName("declaration") ?? node) : node;
      const target =
        inner.type === "expression_statement" && children(inner)[0]?.type === "internal_module"
          ? (children(inner)[0] ?? inner)
          : inner;
      if (/^(?:lexical_declaration|variable_declaration)$/.test(target.type)) {
        for (const d of children(target))
          for (const name of patternNames(d.childForFieldName("name"))) scope.declare(name);
      } else if (/declaration$|^internal_module$|^module$/.test(target.type)) {
        const name = target.childForFieldName("name")?.text;
        if (name && !/^(?:interface|type_alias)_declaration$/.test(target.type)) scope.declare(name);
      } else if (target.type === "import_statement") {
        for (const [local] of importedNames(target)) scope.declare(local);
      }
    }
  }

  private statement(node: Node): Stmt {
    if (this.depth >= MAX_DEPTH) return EMPTY;
    this.depth++;
    try {
      return this.dispatch(node);
    } finally {
      this.depth--;
    }
  }

  private dispatch(node: Node): Stmt {
    const { expr } = this;
    switch (node.type) {
      case "expression_statement": {
        const e = children(node)[0];
        if (e?.type === "internal_module") return this.namespace(e);
        return e ? { k: "expr", e: expr.value(e), at: expr.scope.at(e) } : EMPTY;
      }
      case "internal_module":
      case "module":
        return this.namespace(node);
      case "lexical_declaration":
      case "variable_declaration":
        return this.variables(node);
      case "function_declaration":
      case "generator_function_declaration":
      case "class_declaration":
      case "abstract_class_declaration":
        return this.named(node, expr.value(node));
      case "enum_declaration":
        return this.named(node, this.enumeration(node));
      case "import_statement":
        return this.imports(node);
      case "export_statement":
        return this.exported(node);
      case "statement_block":
        expr.scope.enter();
        try {
          return this.body(children(node));
        } finally {
          expr.scope.leave();
        }
      case "if_statement":
        return this.ifStatement(node);
      case "for_statement":
        return this.forStatement(node);
      case "for_in_statement":
        return this.forOf(node);
      case "while_statement":
      case "do_statement": {
        const body = node.childForFieldName("body");
        return {
          k: "loop",
          c: expr.field(node, "condition") ?? UNKNOWN,
          body: body ? this.statement(body) : EMPTY,
          doWhile: node.type === "do_statement",
          at: expr.scope.at(node),
        };
      }
      case "switch_statement":
        return this.switchStatement(node);
      case "return_statement": {
        const e = children(node)[0];
        return e ? { k: "return", e: expr.value(e) } : { k: "return" };
      }
      case "throw_statement": {
        const e = children(node)[0];
        return { k: "throw", e: e ? expr.value(e) : UNKNOWN };
      }
      case "break_statement":
      case "continue_statement": {
        const label = node.childForFieldName("label")?.text;
        const k = node.type === "break_statement" ? "break" : "continue";
        return label ? { k, label } : { k };
      }
      case "labeled_statement": {
        const body = node.childForFieldName("body");
        const inner = body ? this.statement(body) : EMPTY;
        const label = node.childForFieldName("label")?.text ?? "";
        return inner.k === "loop" || inner.k === "forof" ? { ...inner, label } : inner;
      }
      case "try_statement":
        return this.tryStatement(node);
      case "else_clause": {
        const inner = children(node)[0];
        return inner ? this.statement(inner) : EMPTY;
      }
      case "ERROR":
        return {
          k: "block",
          body: children(node)
            .filter((c) => /statement|declaration/.test(c.type))
            .map((c) => this.statement(c)),
        };
      default:
        return EMPTY;
    }
  }

  private variables(node: Node): Stmt {
    const out: Stmt[] = [];
    for (const d of children(node)) {
      if (d.type !== "variable_declarator") continue;
      const name = d.childForFieldName("name");
      const value = d.childForFieldName("value");
      if (!name) continue;
      if (name.type === "identifier") {
        const slot = this.expr.scope.declare(name.text);
        const init: Expr = {
          k: "assign",
          p: { k: "local", slot },
          acc: ANY,
          e: value ? this.expr.value(value) : { k: "const", v: undefined },
        };
        out.push({ k: "decl", slot, init });
      } else if (value) {
        out.push(...bindPattern(this.expr, name, this.expr.value(value), true));
      }
    }
    return out.length === 1 && out[0] ? out[0] : { k: "block", body: out };
  }

  private named(node: Node, e: Expr): Stmt {
    const slot = this.expr.scope.declare(node.childForFieldName("name")?.text ?? "");
    return { k: "expr", e: { k: "assign", p: { k: "local", slot }, acc: ANY, e } };
  }

  private enumeration(node: Node): Expr {
    const props: ObjectPart[] = [];
    let next = 0;
    for (const item of children(node.childForFieldName("body") ?? node)) {
      const nameNode = item.type === "enum_assignment" ? item.childForFieldName("name") : item;
      const value = item.type === "enum_assignment" ? this.expr.field(item, "value") : undefined;
      if (value?.k === "const" && typeof value.v === "number") next = value.v;
      props.push({ k: "prop", key: this.expr.key(nameNode), e: value ?? { k: "const", v: next } });
      next++;
    }
    return { k: "object", props };
  }

  /** A namespace is an object made of what its block exports. */
  private namespace(node: Node): Stmt {
    const name = node.childForFieldName("name")?.text ?? "";
    const body = node.childForFieldName("body");
    const own = this.expr.scope.declare(name);
    const taken = new Map<string, number>();
    this.expr.scope.enter();
    const inner = new StmtLowering(this.expr, taken).body(body ? children(body) : []);
    this.expr.scope.leave();
    const props: ObjectPart[] = [...taken].map(([key, slot]) => ({
      k: "prop",
      key: { k: "const", v: key },
      e: { k: "load", p: { k: "local", slot }, acc: ANY },
    }));
    const made: Stmt = {
      k: "expr",
      e: { k: "assign", p: { k: "local", slot: own }, acc: ANY, e: { k: "object", props } },
    };
    return { k: "block", body: [inner, made] };
  }

  private imports(node: Node): Stmt {
    const source = node.childForFieldName("source");
    if (!source) return EMPTY;
    const from = stringLiteral(source.text);
    const body = importedNames(node).map(([local, name]): Stmt => {
      const slot = this.expr.scope.declare(local);
      return {
        k: "expr",
        e: { k: "assign", p: { k: "local", slot }, acc: ANY, e: { k: "import", source: from, name } },
      };
    });
    return { k: "block", body };
  }

  private exported(node: Node): Stmt {
    const declaration = node.childForFieldName("declaration");
    const value = node.childForFieldName("value");
    const isDefault = node.children.some((c) => c?.type === "default");
    if (declaration) {
      const made = this.statement(declaration);
      for (const name of declaredNames(declaration)) {
        this.exports?.set(isDefault ? "default" : name, this.expr.scope.declare(name));
      }
      return made;
    }
    if (value) {
      const slot = this.expr.scope.declare("");
      this.exports?.set("default", slot);
      return { k: "expr", e: { k: "assign", p: { k: "local", slot }, acc: ANY, e: this.expr.value(value) } };
    }
    for (const clause of children(node).filter((c) => c.type === "export_clause")) {
      for (const item of children(clause)) {
        const name = item.childForFieldName("name")?.text ?? "";
        const p = this.expr.scope.lookup(name);
        if (p?.k === "local") this.exports?.set(item.childForFieldName("alias")?.text ?? name, p.slot);
      }
    }
    return EMPTY;
  }

  private ifStatement(node: Node): Stmt {
    const c = this.expr.field(node, "condition") ?? UNKNOWN;
    const yes = node.childForFieldName("consequence");
    const no = node.childForFieldName("alternative");
    const a = yes ? this.statement(yes) : EMPTY;
    const at = this.expr.scope.at(node.childForFieldName("condition") ?? node);
    return no ? { k: "if", c, a, b: this.statement(no), at } : { k: "if", c, a, at };
  }

  private forStatement(node: Node): Stmt {
    const { scope } = this.expr;
    scope.enter();
    const initNode = node.childForFieldName("initializer");
    const init = initNode && this.statement(initNode);
    const c = node.childForFieldName("condition");
    const condition = c && (c.type === "expression_statement" ? children(c)[0] : c);
    const step = node.childForFieldName("increment");
    const body = node.childForFieldName("body");
    const out: Stmt = {
      k: "loop",
      ...(init ? { init } : {}),
      ...(condition && condition.type !== "empty_statement" ? { c: this.expr.value(condition) } : {}),
      ...(step ? { step: this.expr.value(step) } : {}),
      body: body ? this.statement(body) : EMPTY,
      doWhile: false,
      at: scope.at(node),
    };
    scope.leave();
    return out;
  }

  private forOf(node: Node): Stmt {
    const { scope } = this.expr;
    const e = this.expr.field(node, "right") ?? UNKNOWN;
    scope.enter();
    const left = node.childForFieldName("left");
    const item = scope.declare("");
    const declares = node.childForFieldName("kind") !== null;
    const value: Expr = { k: "load", p: { k: "local", slot: item }, acc: ANY };
    const p: Stmt = { k: "block", body: left ? bindPattern(this.expr, left, value, declares) : [] };
    const body = node.childForFieldName("body");
    const out: Stmt = {
      k: "forof",
      p,
      item,
      e,
      keys: node.childForFieldName("operator")?.text === "in",
      body: body ? this.statement(body) : EMPTY,
      at: scope.at(node),
    };
    scope.leave();
    return out;
  }

  private switchStatement(node: Node): Stmt {
    const e = this.expr.field(node, "value") ?? UNKNOWN;
    const cases: Case[] = [];
    this.expr.scope.enter();
    for (const item of children(node.childForFieldName("body") ?? node)) {
      const value = item.childForFieldName("value");
      const body = children(item)
        .filter((c) => !value || c.id !== value.id)
        .map((c) => this.statement(c));
      cases.push(value ? { value: this.expr.value(value), body } : { body });
    }
    this.expr.scope.leave();
    return { k: "switch", e, cases, at: this.expr.scope.at(node) };
  }

  private tryStatement(node: Node): Stmt {
    const body = node.childForFieldName("body");
    const handler = node.childForFieldName("handler");
    const last = node.childForFieldName("finalizer");
    const main = body ? this.statement(body) : EMPTY;
    let caught: Stmt | undefined;
    let slot: number | undefined;
    if (handler) {
      this.expr.scope.enter();
      const parameter = handler.childForFieldName("parameter");
      slot = this.expr.scope.declare(parameter?.type === "identifier" ? parameter.text : "");
      const inner = handler.childForFieldName("body");
      caught = inner ? this.statement(inner) : EMPTY;
      this.expr.scope.leave();
    }
    const lastBody = last && (last.childForFieldName("body") ?? children(last)[0]);
    return {
      k: "try",
      body: main,
      ...(slot === undefined ? {} : { slot }),
      ...(caught ? { handler: caught } : {}),
      ...(lastBody ? { last: this.statement(lastBody) } : {}),
    };
  }
}

/** Names a pattern binds. */
function patternNames(node: Node | null, depth = 0): string[] {
  if (!node || depth > 20) return [];
  if (node.type === "identifier" || node.type === "shorthand_property_identifier_pattern") return [node.text];
  if (node.type === "pair_pattern") return patternNames(node.childForFieldName("value"), depth + 1);
  if (node.type === "assignment_pattern" || node.type === "object_assignment_pattern")
    return patternNames(node.childForFieldName("left"), depth + 1);
  return children(node).flatMap((c) => patternNames(c, depth + 1));
}

function declaredNames(node: Node): string[] {
  if (/^(?:lexical_declaration|variable_declaration)$/.test(node.type))
    return children(node).flatMap((d) => patternNames(d.childForFieldName("name")));
  const name = node.childForFieldName("name")?.text;
  return name && !/^(?:interface|type_alias)_declaration$/.test(node.type) ? [name] : [];
}

/** Local name and imported name of everything an import statement brings. */
function importedNames(node: Node): [string, string][] {
  const out: [string, string][] = [];
  const clause = children(node).find((c) => c.type === "import_clause");
  for (const c of clause ? children(clause) : []) {
    if (c.type === "identifier") out.push([c.text, "default"]);
    else if (c.type === "namespace_import") out.push([children(c)[0]?.text ?? "", "*"]);
    else if (c.type === "named_imports") {
      for (const s of children(c)) {
        const name = s.childForFieldName("name")?.text ?? "";
        out.push([s.childForFieldName("alias")?.text ?? name, name]);
      }
    }
  }
  return out.filter(([local]) => local !== "");
}
