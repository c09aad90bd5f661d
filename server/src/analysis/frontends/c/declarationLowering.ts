import type { Node } from "web-tree-sitter";
import type { Expr, Stmt } from "../../ir/ir";
import { children } from "./context";
import { initLength } from "./initLowering";
import { declaredAlign } from "./scope";
import { EMPTY, type StmtContext } from "./stmtContext";
import { alignOf, type CType, sizeOf } from "./types";

/** Declarations inside functions: locals, statics, constructions of C++ objects. */
export class DeclarationLowering {
  constructor(private readonly of: StmtContext) {}

  /** `type (*name)(…) = value;` reads as an assignment to a call when the grammar cannot know the type. */
  misread(e: Node): Stmt | undefined {
    const left = e.type === "assignment_expression" ? e.childForFieldName("left") : e;
    const inner = left?.type === "call_expression" ? left.childForFieldName("function") : null;
    const typeNode = inner?.type === "call_expression" ? inner.childForFieldName("function") : null;
    if (!inner || typeNode?.type !== "identifier" || this.of.scope.lookup(typeNode.text)) return undefined;
    const ret = this.of.scope.names.typedefs.get(typeNode.text);
    const star = children(inner.childForFieldName("arguments") ?? inner)[0];
    const name = star?.type === "pointer_expression" ? star.childForFieldName("argument") : null;
    if (!ret || name?.type !== "identifier") return undefined;
    const type: CType = { k: "ptr", to: { k: "func", ret, variadic: false } };
    const value = e.type === "assignment_expression" ? (e.childForFieldName("right") ?? undefined) : undefined;
    return this.local(name.text, type, undefined, value, e);
  }

  declaration(node: Node): Stmt {
    const storage = children(node)
      .filter((c) => c.type === "storage_class_specifier")
      .map((c) => c.text);
    const align = declaredAlign(this.of.scope.names, node);
    const out: Stmt[] = [];
    for (const one of this.of.expr.types.declared(node)) {
      if (one.fn && one.type.k === "func" && !one.value) {
        const ctor = this.construction(one.name, node, one.node);
        if (ctor) out.push(ctor);
        else this.of.scope.names.functions.set(one.name, one.type.ret);
        continue;
      }
      if (storage.includes("extern")) {
        this.of.scope.bind(one.name, { k: "global", name: one.name, type: one.type });
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
    const t = this.of.expr.types.specifier(node);
    if (t.k !== "struct" || !this.of.scope.names.methods.get(t.name)?.has(t.name)) return undefined;
    const slot = this.of.scope.variable(name, t);
    const args = children(declarator.childForFieldName("parameters") ?? declarator);
    const address: Expr = { k: "addr", p: { k: "local", slot } };
    const call: Expr = {
      k: "call",
      f: { k: "fn", name: `${t.name}::${t.name}` },
      args: [address, ...args.map((a) => this.of.expr.value(children(a)[0] ?? a).e)],
      at: this.of.scope.at(declarator),
    };
    return { k: "decl", slot, init: call };
  }

  /** An array whose length the initializer gives, or `auto`. */
  private complete(t: CType, value: Node | undefined): CType {
    if (!value) return t;
    if (t.k === "array" && t.n === 0) return { ...t, n: initLength(this.of.expr, value) };
    if (t.k === "void") return this.of.expr.value(value).t;
    if (t.k === "ptr" && t.to.k === "void" && t.reference)
      return { k: "ptr", to: this.of.expr.lower(value).t, reference: true };
    return t;
  }

  private local(name: string, type: CType, align: number | undefined, value: Node | undefined, node: Node): Stmt {
    // The initializer is read after the name is known: `struct x *p = malloc(sizeof *p)`.
    const slot = this.of.scope.variable(name, type, Math.max(align ?? 1, alignOf(type)));
    if (value?.type === "lambda_expression") {
      this.of.scope.lambdas.set(name, value);
      return { k: "decl", slot };
    }
    if (!value) {
      if (type.k === "struct" && this.of.scope.names.methods.get(type.name)?.has(type.name)) {
        const address: Expr = { k: "addr", p: { k: "local", slot } };
        return {
          k: "decl",
          slot,
          init: {
            k: "call",
            f: { k: "fn", name: `${type.name}::${type.name}` },
            args: [address],
            at: this.of.scope.at(node),
          },
        };
      }
      return { k: "decl", slot };
    }
    if (type.k === "ptr" && type.reference) {
      const target = this.of.expr.lower(value);
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
          args: [address, ...this.of.expr.cpp.arguments(`${type.name}::${type.name}`, args)],
          at: this.of.scope.at(node),
        };
        return { k: "decl", slot, init: call };
      }
      const first = args[0];
      return first
        ? { k: "decl", slot, init: this.of.expr.initialize({ k: "local", slot }, type, first).e }
        : { k: "decl", slot };
    }
    return { k: "decl", slot, init: this.of.expr.initialize({ k: "local", slot }, type, value).e };
  }

  private staticLocal(name: string, type: CType, align: number | undefined, value: Node | undefined): Stmt {
    const global = `${this.of.fnName}.${name}@${this.of.scope.slots.length}`;
    this.of.scope.bind(name, { k: "global", name: global, type });
    const init = value && this.of.expr.initialize({ k: "global", name: global }, type, value).e;
    this.of.scope.addGlobal({
      name: global,
      size: Math.max(1, sizeOf(type)),
      align: Math.max(align ?? 1, alignOf(type)),
      file: this.of.scope.file,
      isStatic: true,
      isConst: false,
      defined: true,
      ...(init ? { init } : {}),
    });
    return EMPTY;
  }
}
