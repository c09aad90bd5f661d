import type { Node } from "web-tree-sitter";
import type { Expr, Stmt } from "../../ir/ir";
import { children, type Typed, UNKNOWN } from "./context";
import type { StmtContext } from "./stmtContext";
import { accessOf, ULONG } from "./types";

/** Lambdas within lambdas that are written out. */
const MAX_NESTED = 4;

/** Where `return` of the lambda being written out goes. */
interface Exit {
  readonly label: string;
  readonly slot: number;
}

/** C++ lambdas that a variable holds: a call is written out in place, where the captured variables are at hand. */
export class LambdaLowering {
  private readonly exits: Exit[] = [];
  private made = 0;

  constructor(private readonly of: StmtContext) {}

  /** The call `name(args)`, when the variable holds a lambda. */
  call(name: string, args: readonly Node[]): Typed | undefined {
    const lambda = this.of.scope.lambdas.get(name);
    if (!lambda || this.exits.length >= MAX_NESTED) return lambda && UNKNOWN;
    const { scope, expr } = this.of;
    const values = args.map((a) => expr.value(a));
    const exit: Exit = { label: `lambda ${++this.made}`, slot: scope.variable("", ULONG) };
    scope.enter();
    this.exits.push(exit);
    const before: Stmt[] = [];
    const list = lambda.childForFieldName("declarator")?.childForFieldName("parameters");
    children(list ?? lambda).forEach((p, i) => {
      const value = values[i];
      const d = p.childForFieldName("declarator");
      if (!list || !value || !d) return;
      const one = expr.types.declarator(d, expr.types.specifier(p));
      const type = one.type.k === "void" ? value.t : one.type;
      const reference = type.k === "ptr" && type.reference === true && value.p !== undefined;
      const slot = scope.variable(one.name, type);
      const e: Expr = reference && value.p ? { k: "addr", p: value.p } : value.e;
      before.push({ k: "expr", e: { k: "assign", p: { k: "local", slot }, acc: accessOf(type), e } });
    });
    const body = lambda.childForFieldName("body");
    if (body) before.push(this.of.statement(body));
    this.exits.pop();
    scope.leave();
    const once: Stmt = {
      k: "loop",
      c: { k: "const", v: 0 },
      body: { k: "block", body: before },
      doWhile: true,
      at: scope.at(lambda),
      label: exit.label,
    };
    const p = { k: "local", slot: exit.slot } as const;
    const result: Expr = { k: "load", p, acc: { size: 8, kind: "any" } };
    return { e: { k: "seq", list: [{ k: "block", body: once }, result] }, t: ULONG };
  }

  /** A `return` inside of a lambda that is being written out. */
  exit(value: Expr | undefined): Stmt | undefined {
    const exit = this.exits.at(-1);
    if (!exit) return undefined;
    const leave: Stmt = { k: "break", label: exit.label };
    if (!value) return leave;
    const p = { k: "local", slot: exit.slot } as const;
    const keep: Expr = { k: "assign", p, acc: { size: 8, kind: "any" }, e: value };
    return { k: "block", body: [{ k: "expr", e: keep }, leave] };
  }
}
