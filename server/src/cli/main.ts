/** Entry of the command line: finds the command, gives it the outside, turns its answer into an exit status. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../session/version";
import { check } from "./check";
import { compare } from "./compare";
import { doctor } from "./doctor";
import { exportCommand } from "./export";
import type { Command, Io } from "./io";
import { tellError } from "./problems";
import { record } from "./record";
import { report } from "./report";
import { targets } from "./targets";
import { SUMMARY, USAGE } from "./usage";

const COMMANDS: Readonly<Record<string, Command>> = {
  record,
  report,
  compare,
  export: exportCommand,
  targets,
  doctor,
  check: (args, { out, err, cwd }) => check(args, { stdout: out, stderr: err, cwd, color: colors() }),
};

/** Colour where there is a terminal and nobody asked for none (https://no-color.org). */
function colors(): boolean {
  return process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
}

const io: Io = {
  out: (text) => void process.stdout.write(text),
  write: (text) => new Promise((done) => process.stdout.write(text, () => done())),
  err: (text) => void process.stderr.write(text),
  interactive: process.stderr.isTTY === true,
  columns: process.stderr.columns ?? 80,
  cwd: process.cwd(),
  dist: dirname(fileURLToPath(import.meta.url)),
};

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version" || name === "-V") {
    io.out(`${VERSION}\n`);
    return 0;
  }
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    (name === undefined ? io.err : io.out)(USAGE[rest[0] ?? ""] ?? SUMMARY);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    io.err(`faultscope: there is no command '${name}'.\n  \`faultscope --help\` lists the commands.\n`);
    return 2;
  }
  const own = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (own.includes("--help") || own.includes("-h")) {
    io.out(USAGE[name] ?? SUMMARY);
    return 0;
  }
  try {
    return await command(rest, io);
  } catch (error) {
    return tellError(io, name, error);
  }
}

// `faultscope report | head` is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
