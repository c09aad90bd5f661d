// The example program of the demo: a garbage collector in miniature that uses userfaultfd and measures itself.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { adopt, root } from "./run.mjs";

export const compactor = join(root, "examples", "compactor", "build", "compactor");

/** Starts it at a low rate and without an end, to be attached to. A child forked now and then provokes EBUSY. */
export function startExample() {
  const args = ["--rounds", "0", "--pages", "1024", "--pause-us", "500", "--fork-every", "10"];
  const child = adopt(spawn(compactor, args, { stdio: "ignore" }));
  return {
    pid: child.pid,
    stop: () => child.kill("SIGTERM"),
    /** Resolves when it ended; to an error's text when it never ran. */
    ended: new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
    }),
  };
}
