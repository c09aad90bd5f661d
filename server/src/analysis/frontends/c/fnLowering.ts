import type { Node } from "web-tree-sitter";
import type { Case, Expr, Fn, Global, Stmt } from "../../ir/ir";
import { children, type Typed, UNKNOWN, type UnitNames } from "./context";
import { ExprLowering } from "./exprLowering";
import { initLength } from "./initLowering";
import { declaredAlign, Scope } from "./scope";
import { accessOf, alignOf, type CType, pointerTo, type StructType, sizeOf, VOID } from "./types";

const EMPTY: Stmt = { k: "block", body: [] };
const MAX_DEPTH = 300;

/** What the unit says about a function before its body is read. */
export interface FnSource {
  readonly name: string;
  readonly node: Node;
  readonly ret: CType;
  readonly declarator: Node;
  readonly isStatic: boolean;
  readonly self?: StructType;
}

/** Lowers one function definition. */
export function lowerFunction(source: FnSource, file: string, names: UnitNames, addGlobal: (g: Global) => void): Fn {
  return new FnLowering(source, file, names, addGlobal).run();
}

class FnLowering {
  private readonly scope: Scope;
  private readonly expr: ExprLowering;
  private selfSlot = -1;
  private depth = 0;

  constructor(
    private readonly source: FnSource,
    private readonly file: string,
    names: UnitNames,
    private readonly addGlobal: (g: Global) => void,
  ) {
    const self = source.self && { slot: () => this.selfSlot, type: source.self };
    this.scope = new Scope(names, file, source.name, source.node.startIndex, addGlobal, self);
    this.expr = new ExprLowering(this.scope);
    this.expr.blockOf = (n) => this.statementExpression(n);
  }

  run(): Fn {
    const { source, scope } = this;
    const params: { slot: number; acc: ReturnType<typeof accessOf> }[] = [];
    const receive = (name: string, type: CType): number => {
      const t: CType = type.k === "array" ? pointerTo(type.of) : type.k === "func" ? pointerTo(type) : type;
      const slot = scope.variable(name, t);
      params.push({ slot, acc: accessOf(t) });
      return slot;
    };
    if (source.self) this.selfSlot = receive("this", pointerTo(source.self));
    for (const p of children(source.declarator.childForFieldName("parameters") ?? source.node)) {
      if (p.type !== "parameter_declaration" && p.type !== "optional_parameter_declaration") continue;
      const base = this.expr.types.specifier(p);
      const d = p.childForFieldName("declarator");
      const one = d ? this.expr.types.declarator(d, base) : { name: "", type: base };
      if (one.type.k === "void") continue;
      receive(one.name, one.type);
    }
    const body = source.node.childForFieldName("body");
    const prologue = this.memberInitializers();
    const main = body ? this.statement(body) : EMPTY;
    return {
      name: source.name,
      file: this.file,
      base: source.node.startIndex,
      slots: scope.slots,
      params,
      variadic: (source.declarator.childForFieldName("parameters")?.text ?? "").includes("..."),
      body: prologue.length > 0 ? { k: "block", body: [...prologue, main] } : main,
      at: scope.at(source.node),
      isStatic: source.isStatic,
      ret: accessOf(source.ret),
      ...(source.self ? { selfSlot: this.selfSlot } : {}),
    };
  }

  /** `Class() : member(value), …` of a C++ constructor. */
  private memberInitializers(): Stmt[] {
    const out: Stmt[] = [];
    const { self } = this.source;
    const isConstructor = self && this.source.name === `${self.name}::${self.name}`;
    for (const d of isConstructor ? (this.scope.names.memberDefaults.get(self.name) ?? []) : []) {
      const target = this.expr.cpp.implicitMember(d.name);
      if (target?.p) out.push({ k: "expr", e: this.expr.initialize(target.p, target.t, d.value).e });
    }
    const list = children(this.source.node).find((c) => c.type === "field_initializer_list");
    for (const item of list ? children(list) : []) {
      const [name, args] = children(item);
      const value = args && children(args)[0];
      if (!name || !value || !this.source.self) continue;
      const target = this.expr.lower(name);
      if (target.p) out.push({ k: "expr", e: this.expr.initialize(target.p, target.t, value).e });
    }
    return out;
  }

  private statements(nodes: readonly Node[]): Stmt[] {
    return nodes.map((n) => this.statement(n)).filter((s) => s !== EMPTY);
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
    switch (node.type) {
      case "compound_statement":
        return this.block(node);
      case "expression_statement": {
        const e = children(node)[0];
        return e ? { k: "expr", e: this.expr.value(e).e } : EMPTY;
      }
      case "declaration":
        return this.declaration(node);
      case "if_statement":
        return this.ifStatement(node);
      case "for_statement":
        return this.forStatement(node);
      case "for_range_loop":
        return this.rangeLoop(node);
      case "while_statement":
        return this.loop(node, false);
      case "do_statement":
        return this.loop(node, true);
      case "switch_statement":
        return this.switchStatement(node);
      case "return_statement":
      case "co_return_statement": {
        const e = children(node)[0];
        return e ? { k: "return", e: this.expr.value(e).e } : { k: "return" };
      }
      case "break_statement":
        return { k: "break" };
      case "continue_statement":
        return { k: "continue" };
      case "goto_statement":
        return { k: "goto", label: node.childForFieldName("label")?.text ?? "" };
      case "labeled_statement": {
        const body = children(node).at(-1);
        const label = node.childForFieldName("label")?.text ?? "";
        return { k: "label", label, body: body && body.type !== "statement_identifier" ? this.statement(body) : EMPTY };
      }
      case "case_statement":
        return { k: "block", body: this.statements(children(node).slice(1)) };
      case "try_statement": {
        const body = node.childForFieldName("body");
        return { k: "try", body: body ? this.statement(body) : EMPTY };
      }
      case "throw_statement":
        return { k: "throw", e: { k: "unknown" } };
      case "type_definition":
      case "struct_specifier":
      case "union_specifier":
      case "enum_specifier":
        this.typeDefinition(node);
        return EMPTY;
      case "ERROR":
        return {
          k: "block",
          body: this.statements(children(node).filter((c) => /statement|declaration/.test(c.type))),
        };
      case "attributed_statement":
      case "else_clause": {
        const last = children(node).at(-1);
        return last ? this.statement(last) : EMPTY;
      }
      case "linkage_specification":
      case "preproc_if":
      case "preproc_ifdef":
        return { k: "block", body: this.statements(children(node).slice(1)) };
      default:
        return /expression|literal|identifier/.test(node.type) ? { k: "expr", e: this.expr.value(node).e } : EMPTY;
    }
  }

  private block(node: Node): Stmt {
    this.scope.enter();
    const body = this.statements(children(node));
    this.scope.leave();
    return { k: "block", body };
  }

  private typeDefinition(node: Node): void {
    if (node.type !== "type_definition") {
      this.expr.types.named(node);
      return;
    }
    const base = this.expr.types.specifier(node);
    for (const d of node.childrenForFieldName("declarator")) {
      if (!d) continue;
      const one = this.expr.types.declarator(d, base);
      this.scope.names.typedefs.set(one.name, one.type);
    }
  }

  private declaration(node: Node): Stmt {
    const storage = children(node)
      .filter((c) => c.type === "storage_class_specifier")
      .map((c) => c.text);
    const align = declaredAlign(this.scope.names, node);
    const out: Stmt[] = [];
    for (const one of this.expr.types.declared(node)) {
      if (one.fn && one.type.k === "func" && !one.value) {
        const ctor = this.construction(one.name, node, one.node);
        if (ctor) out.push(ctor);
        else this.scope.names.functions.set(one.name, one.type.ret);
        continue;
      }
      if (storage.includes("extern")) {
        this.scope.bind(one.name, { k: "global", name: one.name, type: one.type });
        continue;
      }
      const type = this.complete(one.type, one.value);
      if (storage.includes("static")) out.push(this.staticLocal(one.name, type, align, one.value));
      else out.push(this.local(one.name, type, align, one.value, one.node));
    }
    return out.length === 1 && out[0] ? out[0] : { k: "block", body: out };
  }

  /** `Class name(args);` reads as a function declaration when the arguments could be types. */
  private construction(name: string, node: Node, declarator: Node): Stmt | undefined {
    const t = this.expr.types.specifier(node);
    if (t.k !== "struct" || !this.scope.names.methods.get(t.name)?.has(t.name)) return undefined;
    const slot = this.scope.variable(name, t);
    const args = children(declarator.childForFieldName("parameters") ?? declarator);
    const address: Expr = { k: "addr", p: { k: "local", slot } };
    const call: Expr = {
      k: "call",
      f: { k: "fn", name: `${t.name}::${t.name}` },
      args: [address, ...args.map((a) => this.expr.value(children(a)[0] ?? a).e)],
      at: this.scope.at(declarator),
    };
    return { k: "decl", slot, init: call };
  }

  /** An array whose length the initializer gives, or `auto`. */
  private complete(t: CType, value: Node | undefined): CType {
    if (!value) return t;
    if (t.k === "array" && t.n === 0) return { ...t, n: initLength(this.expr, value) };
    if (t.k === "void") return this.expr.value(value).t;
    if (t.k === "ptr" && t.to.k === "void" && t.reference)
      return { k: "ptr", to: this.expr.lower(value).t, reference: true };
    return t;
  }

  private local(name: string, type: CType, align: number | undefined, value: Node | undefined, node: Node): Stmt {
    // The initializer is read after the name is known: `struct x *p = malloc(sizeof *p)`.
    const slot = this.scope.variable(name, type, Math.max(align ?? 1, alignOf(type)));
    if (!value) {
      if (type.k === "struct" && this.scope.names.methods.get(type.name)?.has(type.name)) {
        const address: Expr = { k: "addr", p: { k: "local", slot } };
        return {
          k: "decl",
          slot,
          init: {
            k: "call",
            f: { k: "fn", name: `${type.name}::${type.name}` },
            args: [address],
            at: this.scope.at(node),
          },
        };
      }
      return { k: "decl", slot };
    }
    if (type.k === "ptr" && type.reference) {
      const target = this.expr.lower(value);
      const e: Expr = target.p ? { k: "addr", p: target.p } : target.e;
      return { k: "decl", slot, init: { k: "assign", p: { k: "local", slot }, acc: { size: 8, kind: "ptr" }, e } };
    }
    if (value.type === "argument_list") {
      const args = children(value);
      const address: Expr = { k: "addr", p: { k: "local", slot } };
      if (type.k === "struct") {
        const call: Expr = {
          k: "call",
          f: { k: "fn", name: `${type.name}::${type.name}` },
          args: [address, ...this.expr.cpp.arguments(`${type.name}::${type.name}`, args)],
          at: this.scope.at(node),
        };
        return { k: "decl", slot, init: call };
      }
      const first = args[0];
      return first
        ? { k: "decl", slot, init: this.expr.initialize({ k: "local", slot }, type, first).e }
        : { k: "decl", slot };
    }
    return { k: "decl", slot, init: this.expr.initialize({ k: "local", slot }, type, value).e };
  }

  private staticLocal(name: string, type: CType, align: number | undefined, value: Node | undefined): Stmt {
    const global = `${this.source.name}.${name}@${this.scope.slots.length}`;
    this.scope.bind(name, { k: "global", name: global, type });
    const init = value && this.expr.initialize({ k: "global", name: global }, type, value).e;
    this.addGlobal({
      name: global,
      size: Math.max(1, sizeOf(type)),
      align: Math.max(align ?? 1, alignOf(type)),
      file: this.file,
      isStatic: true,
      isConst: false,
      defined: true,
      ...(init ? { init } : {}),
    });
    return EMPTY;
  }

  private condition(node: Node): Expr {
    const inner = node.type === "condition_clause" ? (node.childForFieldName("value") ?? children(node)[0]) : node;
    if (!inner) return { k: "unknown" };
    if (inner.type === "declaration") {
      const stmt = this.declaration(inner);
      const slot = this.scope.slots.length - 1;
      return {
        k: "seq",
        list: [
          { k: "block", body: stmt },
          { k: "load", p: { k: "local", slot }, acc: { size: 8, kind: "any" } },
        ],
      };
    }
    return this.expr.value(inner).e;
  }

  private ifStatement(node: Node): Stmt {
    this.scope.enter();
    const c = node.childForFieldName("condition");
    const test: Expr = c ? this.condition(c) : { k: "unknown" };
    const yes = node.childForFieldName("consequence");
    const no = node.childForFieldName("alternative");
    const a = yes ? this.statement(yes) : EMPTY;
    const at = this.scope.at(c ?? node);
    const out: Stmt = no ? { k: "if", c: test, a, b: this.statement(no), at } : { k: "if", c: test, a, at };
    this.scope.leave();
    return out;
  }

  private forStatement(node: Node): Stmt {
    this.scope.enter();
    const initNode = node.childForFieldName("initializer");
    const init = initNode && (initNode.type === "declaration" ? this.declaration(initNode) : this.statement(initNode));
    const c = node.childForFieldName("condition");
    const step = node.childForFieldName("update");
    const body = node.childForFieldName("body");
    const out: Stmt = {
      k: "loop",
      ...(init ? { init } : {}),
      ...(c ? { c: this.expr.value(c).e } : {}),
      ...(step ? { step: this.expr.value(step).e } : {}),
      body: body ? this.statement(body) : EMPTY,
      doWhile: false,
      at: this.scope.at(node),
    };
    this.scope.leave();
    return out;
  }

  /** `for (T x : array)`: over an array of known length, by index. */
  private rangeLoop(node: Node): Stmt {
    this.scope.enter();
    const right = node.childForFieldName("right");
    const over: Typed = right ? this.expr.lower(right) : UNKNOWN;
    const base = this.expr.types.specifier(node);
    const d = node.childForFieldName("declarator");
    const one = d ? this.expr.types.declarator(d, base) : { name: "", type: base };
    const element: CType = over.t.k === "array" ? over.t.of : { k: "int", size: 8, signed: true };
    const reference = one.type.k === "ptr" && one.type.reference === true;
    const type: CType = reference
      ? { k: "ptr", to: element, reference: true }
      : one.type.k === "void"
        ? element
        : one.type;
    const item = this.scope.variable(one.name, type);
    const index = this.scope.variable("", { k: "int", size: 8, signed: true });
    const i: Expr = { k: "load", p: { k: "local", slot: index }, acc: { size: 8, kind: "int" } };
    const acc = { size: 8, kind: "int" } as const;
    const bodyNode = node.childForFieldName("body");
    const body = bodyNode ? this.statement(bodyNode) : EMPTY;
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
      at: this.scope.at(node),
    };
    this.scope.leave();
    return out;
  }

  private loop(node: Node, doWhile: boolean): Stmt {
    const c = node.childForFieldName("condition");
    const body = node.childForFieldName("body");
    const inner = body ? this.statement(body) : EMPTY;
    return { k: "loop", ...(c ? { c: this.condition(c) } : {}), body: inner, doWhile, at: this.scope.at(node) };
  }

  private switchStatement(node: Node): Stmt {
    const c = node.childForFieldName("condition");
    const e: Expr = c ? this.condition(c) : { k: "unknown" };
    const cases: Case[] = [];
    this.scope.enter();
    for (const item of children(node.childForFieldName("body") ?? node)) {
      if (item.type !== "case_statement") {
        const last = cases.pop();
        if (last) cases.push({ ...last, body: [...last.body, this.statement(item)] });
        continue;
      }
      const value = item.childForFieldName("value");
      const rest = children(item).filter((n) => !value || n.id !== value.id);
      const body = this.statements(rest);
      cases.push(value ? { value: this.expr.value(value).e, body } : { body });
    }
    this.scope.leave();
    return { k: "switch", e, cases, at: this.scope.at(node) };
  }

  /** `({ …; value; })` of GNU C. */
  private statementExpression(node: Node): Typed {
    this.scope.enter();
    const nodes = children(node);
    const last = nodes.at(-1);
    const before = this.statements(nodes.slice(0, -1));
    let result: Typed = { e: { k: "const", v: 0 }, t: VOID };
    if (last?.type === "expression_statement") {
      const e = children(last)[0];
      if (e) result = this.expr.value(e);
    } else if (last) {
      before.push(this.statement(last));
    }
    this.scope.leave();
    return { e: { k: "seq", list: [{ k: "block", body: { k: "block", body: before } }, result.e] }, t: result.t };
  }
}
