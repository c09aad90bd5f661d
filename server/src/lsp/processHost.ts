/** The real process behind a `Lifetime`. */
import type { LifetimeHost } from "./lifetime";

export const processHost: LifetimeHost = {
  exit: (code) => process.exit(code),
  isAlive: (pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      // EPERM means it exists and belongs to somebody else.
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
  },
  // The editor may be gone, and with it the protocol; a closed stderr must not end the process early.
  log: (text) => {
    if (process.stderr.writable) process.stderr.write(`${text}\n`);
  },
};
