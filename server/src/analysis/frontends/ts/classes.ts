import type { Node } from "web-tree-sitter";
import type { ClassDef, Expr, Fn } from "../../ir/ir";
import type { ExprLowering } from "./expressions";
import { children } from "./scope";

/** Lowers a class: methods, property initializers, parent. */
export function lowerClass(expr: ExprLowering, node: Node): ClassDef {
  const body = node.childForFieldName("body");
  const heritage = children(node).find((c) => c.type === "class_heritage");
  // TypeScript wraps the parent in a clause of its own; without one there is only `implements`, or plain JavaScript.
  const clauses = heritage ? children(heritage) : [];
  const plain = clauses.some((c) => c.type === "implements_clause") ? undefined : heritage;
  const parentNode = clauses.find((c) => c.type === "extends_clause") ?? plain;
  const parentValue = parentNode && (parentNode.childForFieldName("value") ?? children(parentNode)[0]);
  const methods: { key: string; fn: Fn; isStatic: boolean; get: boolean }[] = [];
  const fields: { key: Expr; value: Node | undefined }[] = [];
  const statics: { key: Expr; value: Node | undefined }[] = [];
  let construct: Fn | undefined;
  for (const member of body ? children(body) : []) {
    const isStatic = member.children.some((c) => c?.type === "static");
    if (member.type === "method_definition") {
      const key = member.childForFieldName("name")?.text ?? "";
      const fn = expr.lowerFunction(member, key);
      if (key === "constructor") construct = fn;
      else methods.push({ key, fn, isStatic, get: member.children.some((c) => c?.type === "get") });
    } else if (member.type === "public_field_definition" || member.type === "field_definition") {
      const key = expr.key(member.childForFieldName("name") ?? member.childForFieldName("property"));
      const value = member.childForFieldName("value") ?? undefined;
      if (/^\s*declare\b|\babstract\b/.test(member.text.slice(0, 40)) && !value) continue;
      (isStatic ? statics : fields).push({ key, value });
    }
  }
  return {
    name: node.childForFieldName("name")?.text ?? "",
    ...(parentValue ? { parent: expr.value(parentValue) } : {}),
    ...(construct ? { construct } : {}),
    ...(fields.length > 0 ? { fields: expr.lowerFunction(node, "<fields>", fields) } : {}),
    ...(statics.length > 0 ? { statics: expr.lowerFunction(node, "<statics>", statics) } : {}),
    methods,
  };
}
