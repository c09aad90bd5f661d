import type { Node } from "web-tree-sitter";
import type { Case, Expr, Fn, Global, Stmt } from "../../ir/ir";
import { children, type Typed, type UnitNames } from "./context";
import { DeclarationLowering } from "./declarationLowering";
import { ExprLowering } from "./exprLowering";
import { LambdaLowering } from "./lambdaLowering";
import { LoopLowering } from "./loopLowering";
import { Scope } from "./scope";
import { EMPTY, type StmtContext } from "./stmtContext";
import { accessOf, type CType, pointerTo, type StructType, VOID } from "./types";

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

class FnLowering implements StmtContext {
  readonly scope: Scope;
  readonly expr: ExprLowering;
  readonly declarations: DeclarationLowering;
  private readonly loops: LoopLowering;
  private readonly lambdas: LambdaLowering;
  private selfSlot = -1;
  private depth = 0;

  constructor(
    private readonly source: FnSource,
    private readonly file: string,
    names: UnitNames,
    readonly addGlobal: (g: Global) => void,
  ) {
    const self = source.self && { slot: () => this.selfSlot, type: source.self };
    this.scope = new Scope(names, file, source.name, source.node.startIndex, addGlobal, self);
    this.expr = new ExprLowering(this.scope);
    this.expr.blockOf = (n) => this.statementExpression(n);
    this.declarations = new DeclarationLowering(this);
    this.loops = new LoopLowering(this);
    this.lambdas = new LambdaLowering(this);
    this.expr.callLambda = (name, args) => this.lambdas.call(name, args);
  }

  get fnName(): string {
    return this.source.name;
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

  statement(node: Node): Stmt {
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
        if (!e) return EMPTY;
        return this.declarations.misread(e) ?? { k: "expr", e: this.expr.value(e).e, at: this.scope.at(e) };
      }
      case "declaration":
        return this.declarations.declaration(node);
      case "if_statement":
        return this.ifStatement(node);
      case "for_statement":
        return this.loops.forStatement(node);
      case "for_range_loop":
        return this.loops.rangeLoop(node);
      case "while_statement":
        return this.loops.loop(node, false);
      case "do_statement":
        return this.loops.loop(node, true);
      case "switch_statement":
        return this.switchStatement(node);
      case "return_statement":
      case "co_return_statement": {
        const e = children(node)[0];
        const value = e && this.expr.value(e).e;
        return this.lambdas.exit(value) ?? (value ? { k: "return", e: value } : { k: "return" });
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

  condition(node: Node): Expr {
    const clause = node.type === "condition_clause";
    const first = clause ? children(node.childForFieldName("initializer") ?? node)[0] : undefined;
    if (first && node.childForFieldName("initializer")) {
      const before = this.statement(first);
      const value = node.childForFieldName("value");
      const e: Expr = value ? this.condition(value) : { k: "unknown" };
      return { k: "seq", list: [{ k: "block", body: before }, e] };
    }
    const inner = clause ? (node.childForFieldName("value") ?? children(node)[0]) : node;
    if (!inner) return { k: "unknown" };
    if (inner.type === "declaration") {
      const stmt = this.declarations.declaration(inner);
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
