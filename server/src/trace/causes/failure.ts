/** A failed call and what is said about it. */
import type { Confidence, ObservedName } from "../../uffd/observed";
import type { OpTraits } from "../ops";
import type { Deed } from "./deeds";
import type { Event } from "./event";
import type { Space, Uffd } from "./space";
import type { World } from "./world";

export interface Suspect {
  readonly kind: ObservedName;
  readonly confidence: Confidence;
  /** What did it; undefined where nothing had to be done, or where it lies too far back. */
  readonly deed: Deed | undefined;
  /** For sentences about one side: `the source`, `0x10`. */
  readonly side?: string;
}

export interface Verdict {
  /** The most probable cause first; empty when the record does not tell. */
  readonly suspects: readonly Suspect[];
  /** What cannot be excluded although nothing in the record speaks for it, in words. */
  readonly open: readonly string[];
}

/** A failed call, with the memory its destination lies in. */
export interface Failure {
  readonly event: Event;
  readonly traits: OpTraits;
  /** Errno that is explained: of a call that stopped early, the one its next call showed, if it did. */
  readonly errno: number;
  readonly uffd: Uffd;
  readonly space: Space | undefined;
  /** First page that was not done: destination and source. */
  readonly page: number;
  readonly sourcePage: number;
  readonly world: World;
}

export const NOTHING: Verdict = { suspects: [], open: [] };

export function suspect(kind: ObservedName, confidence: Confidence, deed?: Deed, side?: string): Suspect {
  return { kind, confidence, deed, ...(side === undefined ? {} : { side }) };
}

export const certain = (kind: ObservedName, deed?: Deed, side?: string): Verdict => ({
  suspects: [suspect(kind, "certain", deed, side)],
  open: [],
});

/** Certain where the record holds everything that happened, likely otherwise. */
export function sure(failure: Failure): Confidence {
  return failure.world.lossless && failure.space?.complete === true ? "certain" : "likely";
}
