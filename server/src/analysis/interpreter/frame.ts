import type { Fn, Span } from "../ir/ir";
import type { Obj } from "./memory";
import type { ClassValue, Value } from "./value";

/** A place in source text, offsets in the file as it is on disk. */
export interface Site {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** One active call. */
export interface Frame {
  readonly fn: Fn;
  readonly slots: (Obj | undefined)[];
  /** Where the caller stands. */
  readonly calledAt: Site | undefined;
  readonly self: Value;
  readonly outer: Frame | undefined;
  /** Class whose method runs, for `super`. */
  readonly home?: ClassValue | undefined;
  /** What a generator has given so far. */
  yields?: Value[];
  result: Value;
  /** Values of arguments beyond the named ones. */
  readonly extra: readonly Value[];
  /** Span of the call being made, for sites of effects. */
  at: Span;
}
