/** Sentences that more than one place says. */
import type { Problem } from "#protocol/session";

export const BUSY_TEXT: Problem = {
  code: "busy",
  message: "A recording is running, and one session shows one recording at a time.",
  remedy: "Stop the recording, then come back to this tab.",
};

export const UNTRUSTED_TEXT =
  "Faultscope attaches to processes and launches programs only in a trusted workspace. Diagnostics work here.";

/** What a page shows when the server does not answer. */
export function noServer(error: unknown): Problem {
  return {
    code: "no-server",
    message: error instanceof Error ? error.message : String(error),
    remedy: "Show the log for the reason, then run Faultscope: Restart Language Server.",
  };
}
