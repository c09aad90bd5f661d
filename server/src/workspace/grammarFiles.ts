import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GRAMMAR_FILES, type GrammarBytes, type Grammars, loadGrammars } from "../analysis";

/** Package of node_modules that holds each file, for running from the sources. */
const PACKAGES: Readonly<Record<string, string>> = {
  "web-tree-sitter.wasm": "web-tree-sitter",
  "tree-sitter-c.wasm": "tree-sitter-c",
  "tree-sitter-cpp.wasm": "tree-sitter-cpp",
  "tree-sitter-typescript.wasm": "tree-sitter-typescript",
  "tree-sitter-tsx.wasm": "tree-sitter-typescript",
};

let loaded: Promise<Grammars> | undefined;

/**
 * The parsers, loaded once in a process: from `grammars` beside the bundle, or from node_modules above the sources.
 * Rejects with one clear sentence when the installation is incomplete.
 */
export function grammars(): Promise<Grammars> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Grammars> {
  const here = dirname(fileURLToPath(import.meta.url));
  const read = (file: string): Promise<Uint8Array> => readFile(locate(here, file));
  const bytes: GrammarBytes = {
    engine: await read(GRAMMAR_FILES.engine),
    c: await read(GRAMMAR_FILES.c),
    cpp: await read(GRAMMAR_FILES.cpp),
    typescript: await read(GRAMMAR_FILES.typescript),
    tsx: await read(GRAMMAR_FILES.tsx),
  };
  return loadGrammars(bytes);
}

function locate(here: string, file: string): string {
  const bundled = join(here, "grammars", file);
  if (existsSync(bundled)) return bundled;
  for (let folder = here; ; folder = dirname(folder)) {
    const installed = join(folder, "node_modules", PACKAGES[file] ?? "", file);
    if (existsSync(installed)) return installed;
    if (dirname(folder) === folder) break;
  }
  throw new Error(
    `The grammar ${file} is missing from the installation. Reinstall Faultscope, or run \`npm run build\` in its checkout.`,
  );
}
