/** ebusy-fork: keeps the source out of children right where it is mapped. */
import type { Node } from "web-tree-sitter";
import { all, bare, named, type Source, statementOf } from "./source";
import type { Candidate, Proposer, TextChange } from "./types";

/** Mappings of one file that are tried. */
const MAX_MAPPINGS = 16;
const REASON = "UFFDIO_MOVE refuses pages shared since a fork (EBUSY): keep these out of children.";
const MADV_DONTFORK = "10 /* MADV_DONTFORK */";

interface Mapping {
  /** Expression of its start and of its length in bytes. */
  readonly start: string;
  readonly length: string;
  readonly node: Node;
}

export const dontFork: Proposer = (source) =>
  mappings(source)
    .slice(0, MAX_MAPPINGS)
    .flatMap((m): Candidate[] => {
      const statement = statementOf(m.node);
      const advice = statement && adviceOf(source, m);
      if (!advice) return [];
      const place = afterCheck(statement, m.start);
      return [
        {
          title: `Set MADV_DONTFORK on ${m.start} where it is mapped: fork() then shares none of its pages`,
          changes: [source.after(place, [source.comment(REASON), advice.line]), ...advice.more],
          safe: false,
          kind: "dontfork",
        },
      ];
    });

/** Every place where something is mapped and kept, directly or by a function that maps. */
function mappings(source: Source): Mapping[] {
  const types = ["init_declarator", "variable_declarator", "assignment_expression"];
  return all(source.root, ...types).flatMap((node): Mapping[] => {
    const target =
      node.childForFieldName("declarator") ?? node.childForFieldName("name") ?? node.childForFieldName("left");
    const value = bare(node.childForFieldName("value") ?? node.childForFieldName("right"));
    const length = value && lengthOf(source, value);
    const start = target?.text.replace(/^[*\s]+/, "");
    return start && length ? [{ start, length, node }] : [];
  });
}

/** Length that a call maps; undefined when it maps nothing. */
function lengthOf(source: Source, call: Node): string | undefined {
  if (call.type !== "call_expression") return undefined;
  const name = calleeOf(call);
  const args = named(call.childForFieldName("arguments"));
  if (name === "mmap") return args[1]?.text;
  const helper = functionNamed(source, name);
  const inner = helper && all(helper.body, "call_expression").find((c) => calleeOf(c) === "mmap");
  const length = inner && named(inner.childForFieldName("arguments"))[1];
  if (!length) return undefined;
  // What the helper calls its parameters is here what it is given.
  return length.text.replace(/[A-Za-z_]\w*/g, (word) => {
    const at = helper.parameters.indexOf(word);
    const given = args[at]?.text;
    return given === undefined ? word : /^\w+$/.test(given) ? given : `(${given})`;
  });
}

const calleeOf = (call: Node): string => call.childForFieldName("function")?.text.replace(/^.*\./, "") ?? "";

function functionNamed(source: Source, name: string): { body: Node; parameters: string[] } | undefined {
  for (const f of all(source.root, "function_definition", "function_declaration", "variable_declarator")) {
    const declared = f.childForFieldName("declarator") ?? f.childForFieldName("name");
    const value = f.childForFieldName("value");
    const body =
      f.childForFieldName("body") ?? (value?.type === "arrow_function" ? value.childForFieldName("body") : null);
    if (!body || /\w+/.exec(declared?.text ?? "")?.[0] !== name) continue;
    const list = (value ?? f).childForFieldName("parameters") ?? all(f, "parameter_list")[0];
    return { body, parameters: named(list).map(parameterName) };
  }
  return undefined;
}

function parameterName(parameter: Node): string {
  const declared = parameter.childForFieldName("pattern") ?? parameter.childForFieldName("declarator") ?? parameter;
  return /\w+$/.exec(declared.text)?.[0] ?? "";
}

/** The statement after which a mapping is known to be good: a check of the result that follows belongs to it. */
function afterCheck(statement: Node, name: string): Node {
  const next = statement.nextNamedSibling;
  const condition = next?.type === "if_statement" ? (next.childForFieldName("condition")?.text ?? "") : "";
  return next && new RegExp(`(?<![\\w.])${name.replace(/\W/g, "\\$&")}(?!\\w)`).test(condition) ? next : statement;
}

/** The call of madvise in this language; a script may have to declare it first, in the way it declares mmap. */
function adviceOf(source: Source, m: Mapping): { line: string; more: TextChange[] } | undefined {
  if (source.language !== "script") return { line: `madvise(${m.start}, ${m.length}, MADV_DONTFORK);`, more: [] };
  const line = `madvise(${m.start}, ${m.length}, ${MADV_DONTFORK});`;
  const declarations = all(source.root, "variable_declarator");
  if (declarations.some((d) => d.childForFieldName("name")?.text === "madvise")) return { line, more: [] };
  for (const d of declarations) {
    const call = d.childForFieldName("value");
    const [prototype] = named(call?.childForFieldName("arguments"));
    const statement = statementOf(d);
    if (!call || !statement || !prototype || !/^['"`]\s*void\s*\*\s*mmap\s*\(/.test(prototype.text)) continue;
    const quote = prototype.text[0] ?? "'";
    const declared = `const madvise = ${call.childForFieldName("function")?.text}(${quote}int madvise(void *, size_t, int)${quote});`;
    return { line, more: [source.after(statement, [declared])] };
  }
  return undefined;
}
