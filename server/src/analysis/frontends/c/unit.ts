import type { Tree } from "web-tree-sitter";
import { headerDefines } from "../../domain/constants";
import type { ParsedUnit } from "../../ir/ir";
import { editBetween, type Grammars } from "../grammar";
import { emptyNames } from "./context";
import { macrosOf, type Preprocessed, preprocess } from "./preprocess";
import { UnitReader } from "./unitReader";

export interface CSources {
  /** Macros of the compiler's command line, `NAME` or `NAME=VALUE`. */
  readonly defines?: readonly string[];
  /** Text of a workspace header named by an `#include`, or undefined. */
  readonly open: (name: string, from: string) => { readonly file: string; readonly text: string } | undefined;
}

/** A part as it was parsed as a whole the last time. */
interface PartTree {
  readonly text: string;
  readonly tree: Tree;
}

/** A lowered C file; what the edit did not touch is reused when the file is lowered again. */
export interface CUnit extends ParsedUnit {
  readonly trees: Map<string, PartTree>;
  readonly reader: UnitReader;
}

/** Parses a C or C++ file with its workspace headers; functions are lowered when they are first asked for. */
export function lowerC(file: string, text: string, sources: CSources, grammars: Grammars, before?: ParsedUnit): CUnit {
  const cpp = /\.(?:cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|tcc)$/i.test(file);
  const read = new Map([[file, text]]);
  const open = (name: string, from: string) => {
    const found = sources.open(name, from);
    if (found) read.set(found.file, found.text);
    return found;
  };
  const main = preprocess(file, text, { open, isDefined: headerDefines }, macrosOf(sources.defines));
  const last = before && "trees" in before ? (before as CUnit) : undefined;
  const old = last?.trees ?? new Map<string, PartTree>();
  let trees = old;
  let reader = last && !cpp ? movedOn(last, main) : undefined;
  if (!reader) {
    const parse = (source: string, tree?: PartTree) => grammars.parse(cpp ? "cpp" : "c", source, tree);
    reader = new UnitReader(emptyNames(cpp), parse);
    trees = new Map();
    for (const part of [...main.includes, main]) {
      const tree = parse(part.text, old.get(part.file));
      trees.set(part.file, { text: part.text, tree });
      reader.read(tree.rootNode, part);
    }
    for (const t of old.values()) t.tree.delete();
    old.clear();
  }
  const live = trees;
  const kept = reader;
  return {
    ...kept.unit(file),
    sources: [...read].map(([f, t]) => ({ file: f, text: t })),
    trees: live,
    reader: kept,
    textOf: (name) => kept.textOf(name),
    dispose: () => {
      for (const t of live.values()) t.tree.delete();
      live.clear();
    },
  };
}

/** What is left of the last time when no header changed, and of the file no more than the body of one function. */
function movedOn(last: CUnit, main: Preprocessed): UnitReader | undefined {
  const { reader } = last;
  const before = reader.partText(main.file);
  const headers = main.includes.length === last.trees.size - 1;
  if (before === undefined || !headers || !main.includes.every((p) => reader.partText(p.file) === p.text))
    return undefined;
  return reader.movedOn(main, editBetween(before, main.text));
}
