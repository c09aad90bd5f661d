/** Sentences that more than one place says. */
import type { Problem } from "#protocol/session";

export const BUSY_TEXT: Problem = {
  code: "busy",
  message: "A recording is running, and one session shows one recording at a time.",
  remedy: "This file is read as soon as the recording has been stopped.",
};

export const UNTRUSTED_TEXT =
  "Faultscope attaches to processes and launches programs only in a trusted workspace. Diagnostics work here.";
