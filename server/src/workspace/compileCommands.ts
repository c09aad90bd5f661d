/** `compile_commands.json`: which files a build compiles, with which macros and include folders. */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CompileInputs } from "../analysis";
import { reason } from "./sourceFiles";

const NAME = "compile_commands.json";
/** Where builds put it, below the folder of the sources. */
const FOLDERS = [".", "build", "out"];

export interface CompileCommands {
  /** Inputs by absolute path of the source. */
  readonly inputs: ReadonlyMap<string, CompileInputs>;
  /** Why something was left out, as sentences for the user. */
  readonly problems: readonly string[];
}

/** The compilation database of a folder, empty where there is none. A damaged one is told, never thrown. */
export async function readCompileCommands(folder: string): Promise<CompileCommands> {
  for (const below of FOLDERS) {
    const file = join(folder, below, NAME);
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      return { inputs: new Map(), problems: [`${file} was not used: ${reason(error)}.`] };
    }
    return parse(file, text);
  }
  return { inputs: new Map(), problems: [] };
}

/** The same, of the nearest folder from `folder` upwards that has one. */
export async function nearestCompileCommands(folder: string): Promise<CompileCommands> {
  for (let at = folder; ; at = dirname(at)) {
    const found = await readCompileCommands(at);
    if (found.inputs.size > 0 || found.problems.length > 0 || dirname(at) === at) return found;
  }
}

function parse(file: string, text: string): CompileCommands {
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    return { inputs: new Map(), problems: [`${file} was not used: it is no JSON.`] };
  }
  if (!Array.isArray(entries)) return { inputs: new Map(), problems: [`${file} was not used: it is no list.`] };
  const inputs = new Map<string, CompileInputs>();
  let bad = 0;
  for (const entry of entries) {
    const one = readEntry(entry, dirname(file));
    if (one === undefined) bad += 1;
    // A file that is compiled more than once is looked at as it is the first time.
    else if (!inputs.has(one.source)) inputs.set(one.source, one.inputs);
  }
  const problems = bad === 0 ? [] : [`${file}: ${bad} ${bad === 1 ? "entry has" : "entries have"} no file or command.`];
  return { inputs, problems };
}

function readEntry(entry: unknown, base: string): { source: string; inputs: CompileInputs } | undefined {
  if (typeof entry !== "object" || entry === null) return undefined;
  const { file, directory, command, arguments: list } = entry as Record<string, unknown>;
  if (typeof file !== "string") return undefined;
  const from = resolve(base, typeof directory === "string" ? directory : ".");
  const args = Array.isArray(list)
    ? list.filter((a) => typeof a === "string")
    : typeof command === "string"
      ? words(command)
      : undefined;
  return args && { source: resolve(from, file), inputs: readArguments(args, from) };
}

function readArguments(args: readonly string[], from: string): CompileInputs {
  const defines: string[] = [];
  const includeFolders: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const match = /^(-D|-U|-I|-isystem|-iquote)(.*)$/.exec(args[i] ?? "");
    if (!match) continue;
    const [, flag, attached] = match;
    if (!attached) i += 1;
    const value = attached || args[i];
    if (value === undefined) continue;
    if (flag === "-D") defines.push(value);
    else if (flag === "-U") defines.splice(0, defines.length, ...defines.filter((d) => d.split("=")[0] !== value));
    else includeFolders.push(resolve(from, value));
  }
  return { defines, includeFolders };
}

/** A command line as a shell would divide it: quotes and backslashes, nothing else. */
function words(command: string): string[] {
  const out: string[] = [];
  const word = /(?:[^\s"'\\]|\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*')+/g;
  for (const [text] of command.matchAll(word)) {
    out.push(
      text.replace(/\\([\s\S])|"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'/g, (_, plain, double, single) => {
        if (plain !== undefined) return plain;
        return double === undefined ? single : double.replace(/\\(["\\$`])/g, "$1");
      }),
    );
  }
  return out;
}
