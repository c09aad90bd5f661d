/** A source text with its syntax tree, and what fixes ask of it. */
import type { Node, Tree } from "web-tree-sitter";
import type { Grammars, Position, Range } from "../analysis";
import type { TextChange } from "./types";

export type Language = "c" | "cpp" | "script";

const CPP = /\.(?:cc|cpp|cxx|c\+\+|hh|hpp|hxx)$/i;
const SCRIPT = /\.[cm]?[jt]sx?$/i;
/** Nodes whose children are statements. */
const BLOCKS = new Set(["compound_statement", "translation_unit", "program", "statement_block", "case_statement"]);

export class Source {
  readonly language: Language;
  readonly tree: Tree;
  readonly #lines: readonly number[];

  /** The caller disposes of it. */
  constructor(
    readonly file: string,
    readonly text: string,
    grammars: Grammars,
  ) {
    this.language = SCRIPT.test(file) ? "script" : CPP.test(file) ? "cpp" : "c";
    const grammar = this.language === "script" ? (/x$/i.test(file) ? "tsx" : "typescript") : this.language;
    this.tree = grammars.parse(grammar, text);
    this.#lines = lineStarts(text);
  }

  dispose(): void {
    this.tree.delete();
  }

  get root(): Node {
    return this.tree.rootNode;
  }

  offset({ line, column }: Position): number {
    return (this.#lines[line] ?? this.text.length) + column;
  }

  position(offset: number): Position {
    let line = 0;
    while (line + 1 < this.#lines.length && (this.#lines[line + 1] ?? 0) <= offset) line += 1;
    return { line, column: offset - (this.#lines[line] ?? 0) };
  }

  /** Innermost node that covers a range. */
  at(range: Range): Node {
    return this.root.descendantForIndex(this.offset(range.start), this.offset(range.end)) ?? this.root;
  }

  /** Number of places the parser could make no sense of. */
  get errors(): number {
    return this.root.hasError ? this.root.descendantsOfType("ERROR").length + missing(this.root) : 0;
  }

  /** White space at the start of the line an offset is in. */
  indentAt(offset: number): string {
    const start = this.#lines[this.position(offset).line] ?? 0;
    return /^[ \t]*/.exec(this.text.slice(start, offset))?.[0] ?? "";
  }

  /** One level of indentation, as this text has it. */
  get indentUnit(): string {
    return /^(\t| {2,8})\S/m.exec(this.text)?.[1] ?? "\t";
  }

  /** A comment of one line, as this language has it. */
  comment(text: string): string {
    return this.language === "c" ? `/* ${text} */` : `// ${text}`;
  }

  /** Lines put on lines of their own after a node. */
  after(node: Node, lines: readonly string[]): TextChange {
    const indent = this.indentAt(node.startIndex);
    const text = lines.map((line) => `\n${indent}${line}`).join("");
    return { start: node.endIndex, end: node.endIndex, text };
  }

  /** Lines put on lines of their own before a node. */
  before(node: Node, lines: readonly string[]): TextChange {
    const indent = this.indentAt(node.startIndex);
    return { start: node.startIndex, end: node.startIndex, text: lines.map((line) => `${line}\n${indent}`).join("") };
  }
}

/** Replaces a node. */
export const replace = (node: Node, text: string): TextChange => ({ start: node.startIndex, end: node.endIndex, text });

/** Named children without comments. */
export const named = (node: Node | null | undefined): Node[] =>
  (node?.namedChildren ?? []).flatMap((c) => (c && c.type !== "comment" ? [c] : []));

/** Descendants of some types, in order of place. */
export const all = (node: Node, ...types: string[]): Node[] =>
  node.descendantsOfType(types).flatMap((n) => (n ? [n] : []));

/** The statement a node is part of, one that stands in a block. */
export function statementOf(node: Node): Node | undefined {
  for (let n: Node | null = node; n; n = n.parent) if (n.parent && BLOCKS.has(n.parent.type)) return n;
  return undefined;
}

/** The function a node is in; the whole text for what stands outside of functions. */
export function functionOf(node: Node): Node {
  let n = node;
  while (n.parent && !/^(?:function_definition|function_declaration|method_definition|arrow_function)$/.test(n.type))
    n = n.parent;
  return n;
}

/** The item of the file a node is part of. */
export function itemOf(node: Node): Node {
  let n = node;
  while (n.parent?.parent) n = n.parent;
  return n;
}

/** An expression without casts and parentheses around it. */
export function bare(node: Node | null | undefined): Node | undefined {
  let n = node ?? undefined;
  for (;;) {
    if (n?.type === "cast_expression") n = n.childForFieldName("value") ?? undefined;
    else if (n?.type === "parenthesized_expression") n = named(n)[0];
    else if (n?.type === "as_expression" || n?.type === "non_null_expression") n = named(n)[0];
    else return n;
  }
}

function missing(node: Node): number {
  if (node.isMissing) return 1;
  return node.hasError ? node.children.reduce((n, c) => n + (c ? missing(c) : 0), 0) : 0;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
