/** Turns what went wrong into the `Problem` a user reads. */
import type { Problem } from "#protocol/session";

/** Answer to a request that would disturb a running recording. */
export const BUSY: Problem = {
  code: "busy",
  message: "A recording is running.",
  remedy: "Stop it first.",
};

/** An exception nobody expected: told to the user as such, never swallowed. */
export function unexpected(what: string, error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "internal",
    message: `${what} failed: ${reason}`,
    remedy: "The log of the language server has the details; restarting the language server may help.",
  };
}
