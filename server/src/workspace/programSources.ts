/** Everything the analysis wants of files and folders: texts, and how they are compiled. */

import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { CompileInputs } from "../analysis";
import { nearestCompileCommands } from "./compileCommands";
import { findSources, isSource, readSource, reason } from "./sourceFiles";

export interface ProgramSources {
  readonly texts: ReadonlyMap<string, string>;
  readonly compiled: ReadonlyMap<string, CompileInputs>;
  /** What could not be read or was left out, as sentences for the user; `fatal` when it was asked for by name. */
  readonly problems: readonly { readonly message: string; readonly fatal: boolean }[];
}

export interface ReadOptions {
  /** Name of a file in sentences. */
  name(file: string): string;
  /** Told every so many files. */
  onRead?(files: number): void;
}

/** Files that are read at the same time. */
const TOGETHER = 64;

/** Reads the sources of files and folders, and those a build of a folder compiles from elsewhere. */
export async function readProgram(paths: readonly string[], options: ReadOptions): Promise<ProgramSources> {
  const texts = new Map<string, string>();
  const compiled = new Map<string, CompileInputs>();
  const problems: { message: string; fatal: boolean }[] = [];
  const add = (message: string, fatal: boolean): void => void problems.push({ message, fatal });
  const read = async (file: string): Promise<void> => {
    if (texts.has(file)) return;
    try {
      const text = await readSource(file);
      if (text === undefined) add(`${options.name(file)} was left out: it is larger than 5 MiB.`, false);
      else texts.set(file, text);
    } catch (error) {
      add(`cannot read ${options.name(file)}: ${reason(error)}.`, true);
    }
  };
  for (const path of paths) {
    try {
      const isFolder = (await stat(path)).isDirectory();
      const commands = await nearestCompileCommands(isFolder ? path : dirname(path));
      for (const problem of commands.problems) add(problem, false);
      for (const [file, inputs] of commands.inputs) compiled.set(file, inputs);
      const found = await findSources(path);
      for (const problem of found.problems) add(problem, true);
      for (let at = 0; at < found.files.length; at += TOGETHER) {
        await Promise.all(found.files.slice(at, at + TOGETHER).map(read));
        options.onRead?.(texts.size);
      }
      // Folders of build results are passed over when sources are looked for; what is compiled from there belongs to it.
      const built = [...commands.inputs.keys()].filter((file) => file.startsWith(`${path}/`) && isSource(file));
      for (const file of built) await readBuilt(file, texts, add);
    } catch (error) {
      add(`cannot read ${options.name(path)}: ${reason(error)}. Give the path of a source file or a folder.`, true);
    }
  }
  // In the order of their names, whichever was read first.
  return { texts: new Map([...texts].sort(([a], [b]) => (a < b ? -1 : 1))), compiled, problems };
}

/** A file a build names may be made by that build and not be there yet. */
async function readBuilt(
  file: string,
  texts: Map<string, string>,
  add: (message: string, fatal: boolean) => void,
): Promise<void> {
  if (texts.has(file)) return;
  try {
    const text = await readSource(file);
    if (text !== undefined) texts.set(file, text);
  } catch (error) {
    add(`${file} of compile_commands.json was left out: ${reason(error)}.`, false);
  }
}
