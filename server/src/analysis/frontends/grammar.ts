import { Edit, Language, Parser, type Tree } from "web-tree-sitter";

/** The bytes of the parser engine and of the grammars, as the host read them. */
export interface GrammarBytes {
  readonly engine: Uint8Array;
  readonly c: Uint8Array;
  readonly cpp: Uint8Array;
  readonly typescript: Uint8Array;
  readonly tsx: Uint8Array;
}

export type GrammarName = "c" | "cpp" | "typescript" | "tsx";

/** Files of a grammar directory, by the role they have in `GrammarBytes`. */
export const GRAMMAR_FILES: Readonly<Record<keyof GrammarBytes, string>> = {
  engine: "web-tree-sitter.wasm",
  c: "tree-sitter-c.wasm",
  cpp: "tree-sitter-cpp.wasm",
  typescript: "tree-sitter-typescript.wasm",
  tsx: "tree-sitter-tsx.wasm",
};

/** The parsers of all languages, ready to use. */
export interface Grammars {
  /** Parses `text`, reusing `before` where the two agree. The caller deletes the tree. */
  parse(name: GrammarName, text: string, before?: { readonly text: string; readonly tree: Tree }): Tree;
}

let engine: Promise<void> | undefined;

/**
 * Starts the parser engine (once in a process) and loads every grammar.
 * Throws when the bytes are not what they should be; that is a broken installation, not bad input.
 */
export async function loadGrammars(bytes: GrammarBytes): Promise<Grammars> {
  engine ??= Parser.init({ wasmBinary: bytes.engine });
  await engine;
  const languages: Record<GrammarName, Language> = {
    c: await Language.load(bytes.c),
    cpp: await Language.load(bytes.cpp),
    typescript: await Language.load(bytes.typescript),
    tsx: await Language.load(bytes.tsx),
  };
  const parsers = new Map<GrammarName, Parser>();
  const parserFor = (name: GrammarName): Parser => {
    let parser = parsers.get(name);
    if (!parser) {
      parser = new Parser();
      parser.setLanguage(languages[name]);
      parsers.set(name, parser);
    }
    return parser;
  };
  return {
    parse(name, text, before) {
      if (before) before.tree.edit(editBetween(before.text, text));
      const tree = parserFor(name).parse(text, before?.tree);
      if (!tree) throw new Error(`The ${name} parser gave no tree.`);
      return tree;
    },
  };
}

/** The smallest single replacement that turns one text into the other. Rows are not used here, only offsets. */
export function editBetween(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  ) {
    tail++;
  }
  const oldEnd = before.length - tail;
  const newEnd = after.length - tail;
  const start = pointAt(before, head);
  return new Edit({
    startIndex: head,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: start,
    oldEndPosition: pointAt(before, oldEnd),
    newEndPosition: pointAt(after, newEnd),
  });
}

function pointAt(text: string, offset: number): { row: number; column: number } {
  let row = 0;
  let from = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    row++;
    from = at + 1;
  }
  return { row, column: offset - from };
}
