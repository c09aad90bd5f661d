import type { Tree } from "web-tree-sitter";
import type { ParsedUnit } from "../../ir/ir";
import type { Grammars } from "../grammar";
import { lowerModule } from "./functions";

interface ScriptUnit extends ParsedUnit {
  readonly parsed: { tree: Tree | undefined };
  readonly text: string;
}

/** Parses and lowers a TypeScript or JavaScript module. */
export function lowerScript(file: string, text: string, grammars: Grammars, before?: ParsedUnit): ParsedUnit {
  const old = before && "parsed" in before ? (before as ScriptUnit) : undefined;
  const reuse = old?.parsed.tree ? { text: old.text, tree: old.parsed.tree } : undefined;
  const tree = grammars.parse(/x$/i.test(file) ? "tsx" : "typescript", text, reuse);
  if (old) {
    old.parsed.tree?.delete();
    old.parsed.tree = undefined;
  }
  const parsed: { tree: Tree | undefined } = { tree };
  const { module, exports } = lowerModule(tree.rootNode, file);
  const unit: ScriptUnit = {
    file,
    text,
    functionNames: [],
    functionNamed: () => undefined,
    globals: new Map(),
    includes: () => false,
    locate: (_file, offset) => ({ start: offset, end: offset }),
    module,
    exports,
    sources: [{ file, text }],
    textOf: () => "",
    parsed,
    dispose: () => {
      parsed.tree?.delete();
      parsed.tree = undefined;
    },
  };
  return unit;
}
