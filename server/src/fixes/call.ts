/** The ioctl a finding points at, taken apart. */
import type { Node } from "web-tree-sitter";
import type { Diagnostic } from "../analysis";
import { type Ioctl, ioctlByMacro, ioctlByRequest } from "../uffd/ioctls";
import { all, bare, functionOf, named, type Source } from "./source";

export interface Call {
  readonly node: Node;
  /** Expression of the descriptor. */
  readonly fd: string;
  readonly request: Node;
  readonly argument: Node;
  readonly ioctl: Ioctl;
  /** What a field's name is put behind to name a field of the argument, `m.` or `p->`; undefined for a temporary. */
  readonly member: string | undefined;
  /** Words that say where the change is, when that is not where the finding stands. */
  readonly where: string;
}

/**
 * The call at a finding, or behind it when it stands at a caller. Undefined when no ioctl of userfaultfd stands in this
 * text in so many words.
 */
export function callAt(source: Source, diagnostic: Diagnostic): Call | undefined {
  const { call } = diagnostic;
  if (call && call.file !== source.file) return undefined;
  const range = call?.range ?? diagnostic.range;
  const start = source.offset(range.start);
  let node: Node | null = source.at(range);
  while (node && node.type !== "call_expression" && node.startIndex >= start) node = node.parent;
  if (node?.type !== "call_expression") return undefined;
  const [fd, request, argument] = named(node.childForFieldName("arguments"));
  if (!fd || !request || !argument || !/ioctl$/i.test(node.childForFieldName("function")?.text ?? "")) return undefined;
  const ioctl = ioctlOf(source, request);
  const where = call ? inFunction(node) : "";
  return ioctl && { node, fd: fd.text, request, argument, ioctl, member: memberOf(source, argument), where };
}

function inFunction(node: Node): string {
  const f = functionOf(node);
  const name = /\w+/.exec((f.childForFieldName("declarator") ?? f.childForFieldName("name"))?.text ?? "")?.[0];
  return name === undefined ? "" : ` (in ${name}, for all its callers)`;
}

/** The ioctl a request expression names, directly or by a constant of the file. */
function ioctlOf(source: Source, request: Node): Ioctl | undefined {
  const text = request.text;
  const known = ioctlByMacro(text) ?? ioctlByRequest(numberIn(text) ?? -1);
  if (known || !/^[\w.]+$/.test(text)) return known;
  const name = text.replace(/^.*\./, "");
  const defined = all(source.root, "variable_declarator", "preproc_def", "pair").find(
    (d) => (d.childForFieldName("name") ?? d.childForFieldName("key"))?.text === name,
  );
  return ioctlByRequest(numberIn(defined?.childForFieldName("value")?.text ?? "") ?? -1);
}

/** Value of a literal; undefined for any other text. */
export function numberIn(text: string): number | undefined {
  const match = /^(0x[\da-f_]+|\d[\d_]*)(?:n|[ul]*)$/i.exec(text.trim());
  return match ? Number(match[1]?.replaceAll("_", "")) : undefined;
}

function memberOf(source: Source, argument: Node): string | undefined {
  if (source.language === "script") return undefined;
  const plain = bare(argument);
  if (plain?.type === "pointer_expression" && plain.text.startsWith("&")) {
    const object = bare(plain.childForFieldName("argument"));
    return object && /^(?:identifier|field_expression|subscript_expression)$/.test(object.type)
      ? `${object.text}.`
      : undefined;
  }
  return plain && /^(?:identifier|field_expression)$/.test(plain.type) ? `${plain.text}->` : undefined;
}

/** The initializer or the assignments that fill the argument, as far as they stand in the function of the call. */
export function initializerOf(source: Source, call: Call): Node | undefined {
  const plain = bare(call.argument);
  const object = plain?.type === "pointer_expression" ? bare(plain.childForFieldName("argument")) : plain;
  if (object?.type === "compound_literal_expression") return object.childForFieldName("value") ?? undefined;
  if (object?.type !== "identifier") return source.language === "script" ? object : undefined;
  const declarations = all(functionOf(call.node), "init_declarator", "variable_declarator");
  const own = declarations.filter(
    (d) =>
      (d.childForFieldName("declarator") ?? d.childForFieldName("name"))?.text === object.text &&
      d.startIndex < call.node.startIndex,
  );
  return own.at(-1)?.childForFieldName("value") ?? undefined;
}
