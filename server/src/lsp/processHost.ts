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
  // Not over the protocol: the editor may be gone.
  log: (text) => process.stderr.write(`${text}\n`),
};

/** An editor that was killed leaves broken pipes; writing to one must not end us before the recording is complete. */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
