/**
 * What ended a fault where the recorder sees neither sleep nor wake (the preload library): a message makes a userfault of
 * an access to a registered range, and the last waking call on its page before it ran again is what woke it.
 */
import type { Delivered } from "./delivered";
import type { Call } from "./wakeHistory";

interface Lived {
  readonly raisedNs: number;
  readonly endNs: number;
  /** The recording ended before it did. */
  readonly waiting: boolean;
}

export function wakeBefore({ calls }: Delivered, { raisedNs, endNs, waiting }: Lived): Call | undefined {
  if (waiting) return undefined;
  return calls.filter((call) => call.wakes && call.beginNs < endNs && call.endNs > raisedNs).at(-1);
}
