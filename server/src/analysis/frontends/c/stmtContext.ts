import type { Node } from "web-tree-sitter";
import type { Expr, Stmt } from "../../ir/ir";
import type { ExprLowering } from "./exprLowering";
import type { Scope } from "./scope";

/** What the parts of a function's lowering need of each other. */
export interface StmtContext {
  readonly scope: Scope;
  readonly expr: ExprLowering;
  readonly fnName: string;
  statement(node: Node): Stmt;
  condition(node: Node): Expr;
}

export const EMPTY: Stmt = { k: "block", body: [] };
