import type { Diagnostic } from "../analysis";
import type { Source } from "./source";

/** Replaces the text between two offsets. */
export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change that may cure a finding. Whether it does is found out by analysing the changed text. */
export interface Candidate {
  /** What the user reads: what is done and, in a few words, why. */
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** Cannot make anything worse, so it may be applied to a whole file at once. */
  readonly safe: boolean;
  /** Of several candidates of one kind only the first that cures is offered. */
  readonly kind: string;
}

/** A change that was shown to cure a finding. */
export interface Fix extends Candidate {
  readonly diagnostic: Diagnostic;
}

/** Finds candidates for a finding; one file each. */
export type Proposer = (source: Source, diagnostic: Diagnostic) => readonly Candidate[];
