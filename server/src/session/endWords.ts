/** Why a recording ended, in words for the status and the summary. */
import type { EndText } from "../recording/schema";

const WORDS: Readonly<Record<EndText["reason"], string>> = {
  stopped: "stopped",
  duration: "the duration asked for was reached",
  size: "the size asked for was reached",
  "target exited": "the traced process ended",
  failures: "as many calls failed as asked for",
  stuck: "a fault waited for as long as asked for",
  "probe lost": "the probe ended unexpectedly",
  failed: "recording failed",
};

/** Undefined `end`: the recording was cut off. */
export function endWords(end: EndText | undefined): string {
  if (!end) return "cut off";
  return end.message === undefined ? WORDS[end.reason] : `${WORDS[end.reason]}: ${end.message.replace(/\.$/, "")}`;
}
