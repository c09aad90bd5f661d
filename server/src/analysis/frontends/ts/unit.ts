import type { ParsedUnit } from "../../ir/ir";
import type { Grammars } from "../grammar";

/** Parses a TypeScript or JavaScript module. */
export function lowerScript(file: string, text: string, _grammars: Grammars, _before?: ParsedUnit): ParsedUnit {
  return {
    file,
    functionNames: [],
    functionNamed: () => undefined,
    globals: new Map(),
    includes: () => false,
    locate: (_file, offset) => ({ start: offset, end: offset }),
    sources: [{ file, text }],
    textOf: () => "",
    dispose: () => undefined,
  };
}
