// Child processes for the scripts: output kept for the case of failure, every child ended with the script.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { StepError } from "./steps.mjs";

/** The checkout's root folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Path of a command on PATH, or undefined. */
export function which(command, path = process.env.PATH ?? "") {
  for (const folder of path.split(delimiter)) {
    if (folder === "") continue;
    const file = join(folder, command);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder: the next one may have it.
    }
  }
  return undefined;
}

const children = new Set();
process.on("exit", () => {
  for (const child of children) child.kill("SIGTERM");
});
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
]) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}

/** Remembers a child so that it ends when the script does, however that ends. */
export function adopt(child) {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/**
 * Runs a command to its end. Options: `cwd`, `env` (added to ours), `show` (let output through instead of keeping it),
 * `ask` (it may ask the user on the terminal), `accept` (exit codes that are not a failure, default [0]), `remedy` (what to do when it fails), `what` (its name).
 * Resolves to { code, output, stdout }; throws StepError otherwise.
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = {}, show = false, ask = false, accept = [0], remedy = "" } = options;
  const { what = `${command} ${args.join(" ")}` } = options;
  return new Promise((resolve, reject) => {
    const child = adopt(
      spawn(command, args, {
        cwd,
        env: { ...process.env, ...env },
        stdio: [ask ? "inherit" : "ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
      }),
    );
    let output = "";
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (error) => reject(new StepError(`${what} did not start: ${error.message}`, remedy)));
    child.on("close", (code, signal) => {
      if (code !== null && accept.includes(code)) resolve({ code, output, stdout });
      else reject(new StepError(`${what} failed (${signal ?? `exit code ${code}`}).`, remedy, output));
    });
  });
}
