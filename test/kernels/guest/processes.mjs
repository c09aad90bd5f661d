// Child processes of the tests, each with a limit: a tracer that hangs must fail its test and not the whole run.
import { spawn } from "node:child_process";

/**
 * Starts a program. `done` resolves to { code, signal, stdout, stderr, timedOut } when it has ended; `says(pattern)`
 * resolves when its output matches, and throws when it ended without.
 */
export function start(command, args, { limitS = 60, env = {} } = {}) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  const result = { stdout: "", stderr: "", timedOut: false };
  const listeners = new Set();
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      result[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const timer = setTimeout(() => {
    result.timedOut = true;
    child.kill("SIGKILL");
  }, limitS * 1000);
  const done = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ ...result, code, signal });
    });
  });
  const says = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (!pattern.test(words(result))) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      done.then(() => reject(new Error(`${command} ended without saying ${pattern}: ${words(result)}`)), reject);
    });
  return { pid: child.pid, kill: (signal) => child.kill(signal), done, says };
}

/** Runs a program to its end and throws, with its words, unless it ended with one of the `accept`ed codes. */
export async function run(command, args, options = {}) {
  const result = await start(command, args, options).done;
  const name = [command, ...args].join(" ");
  if (result.timedOut) throw new Error(`${name} had not ended in time. It said: ${words(result)}`);
  if (!(options.accept ?? [0]).includes(result.code)) {
    throw new Error(`${name} ended with ${result.signal ?? `exit code ${result.code}`}: ${words(result)}`);
  }
  return result;
}

const words = ({ stdout, stderr }) => `${stdout}\n${stderr}`.trim().slice(-1500);
