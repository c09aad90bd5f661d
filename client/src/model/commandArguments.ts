/** Arguments of commands: they come from keybindings, tasks and other extensions, so they are checked like any input. */
import { type CommandLine, splitCommandLine } from "./commandLine";

/** `41`, `"41"`, `{ pids: [41, 42] }` → pids; undefined when there is no argument; a problem when it is none of these. */
export function parsePids(argument: unknown): readonly number[] | string | undefined {
  if (argument === undefined || argument === null) return undefined;
  const given = typeof argument === "object" && "pids" in argument ? argument.pids : argument;
  const pids = (Array.isArray(given) ? given : [given]).map(Number);
  const valid = pids.length > 0 && pids.every((pid) => Number.isInteger(pid) && pid > 0 && pid < 2 ** 31);
  return valid ? pids : "Attach takes a pid, or an object { pids } with a list of them.";
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
}

/** A command line or `{ command, args, cwd }` → program; a problem when it is neither. */
export function parseProgram(argument: unknown): Program | string {
  if (typeof argument === "string") return fromLine(splitCommandLine(argument));
  if (typeof argument === "object" && argument !== null) {
    const { command, args = [], cwd } = argument as Record<string, unknown>;
    const isList = Array.isArray(args) && args.every((arg) => typeof arg === "string");
    if (typeof command === "string" && command !== "" && isList && (cwd === undefined || typeof cwd === "string")) {
      return { command, args, cwd };
    }
  }
  return "Launch takes a command line, or an object { command, args, cwd }.";
}

function fromLine(line: CommandLine): Program | string {
  if (line.kind === "problem") return line.message;
  const [command = "", ...args] = line.words;
  return { command, args, cwd: undefined };
}
