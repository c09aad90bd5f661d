import type { Fn } from "../ir/ir";
import type { Frame } from "./frame";
import type { Obj } from "./memory";
import type { CallRecord } from "./record";

/**
 * What a variable can hold while a path is followed. C integers and addresses are plain numbers: every object has an
 * address of its own, so that pointer arithmetic, masks and casts are just arithmetic.
 */
export type Value =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Sym
  | Sweep
  | ErrnoValue
  | FnName
  | Closure
  | ClassValue
  | Native
  | Ref
  | View
  | Aggregate;

/**
 * A value nobody knows. It may become bound on a path: by a comparison that was decided, or because a concrete size
 * had to be picked. A result computed from symbols remembers how, so that it follows when they are bound.
 */
export class Sym {
  bound: Value | Unbound = UNBOUND;
  lo = Number.NEGATIVE_INFINITY;
  hi = Number.POSITIVE_INFINITY;
  readonly not: number[] = [];

  constructor(
    readonly id: number,
    readonly from?: { readonly op: string; readonly a: Value; readonly b?: Value },
    /** Operations between this and a plain symbol. */
    readonly depth = 0,
  ) {}
}

export const UNBOUND = Symbol("unbound");
type Unbound = typeof UNBOUND;

/** Every value from `lo` to `hi` by `step`, all of them: the index of a loop that is followed in one go. */
export class Sweep {
  constructor(
    readonly lo: number,
    readonly hi: number,
    readonly step: number,
  ) {}
}

/** An errno (or -errno, or a short count) that came from a userfaultfd call: looking at it means handling the call. */
export class ErrnoValue {
  constructor(
    readonly n: number,
    readonly call: CallRecord,
    /** True for the out field, false for errno itself. */
    readonly out: boolean,
  ) {}
}

/** A C function by name, seen from a file. */
export class FnName {
  constructor(
    readonly name: string,
    readonly file: string,
  ) {}
}

/** A JavaScript function with the variables it closes over. */
export class Closure {
  constructor(
    readonly fn: Fn,
    readonly frame: Frame | undefined,
    /** Set for arrow functions: they keep the `this` they were made with. */
    readonly bound: boolean,
    readonly self: Value,
    /** Class whose method it is, for `super`. */
    readonly home?: ClassValue,
  ) {}
}

/** A JavaScript class. */
export class ClassValue {
  readonly methods = new Map<string, { readonly fn: Closure; readonly get: boolean }>();
  readonly statics = new Map<string, Value>();
  fields: Closure | undefined;
  construct: Closure | undefined;

  constructor(
    readonly name: string,
    readonly parent: Value,
  ) {}
}

/** A function the analysis itself knows: one of Node's or of an FFI library's. */
export class Native {
  constructor(
    readonly name: string,
    readonly data: Value | readonly Value[] = undefined,
    readonly self: Value = undefined,
  ) {}
}

/** Reference to a JavaScript object. */
export class Ref {
  constructor(readonly obj: Obj) {}
}

/** A struct value: the bytes at an address, to be copied by whoever takes it. */
export class Aggregate {
  constructor(
    readonly address: number,
    readonly size: number,
  ) {}
}

/** Bytes seen through a Buffer, a typed array, a DataView or an ArrayBuffer. */
export class View {
  constructor(
    readonly obj: Obj,
    readonly off: number,
    /** Length in bytes. */
    readonly size: number,
    /** Name of the JavaScript class. */
    readonly type: string,
  ) {}
}
