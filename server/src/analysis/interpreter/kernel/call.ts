import type { Ioctl } from "../../../uffd/ioctls";
import type { Machine } from "../machine";
import type { Obj } from "../memory";
import type { MappingState, PageMap, PageState } from "../pages";
import type { Uffd } from "../uffd";
import type { Value } from "../value";

/** A range of memory named by a call, as far as it is known. */
export interface CallRange {
  /** Number, or undefined when nobody knows. */
  readonly start: number | undefined;
  readonly obj: Obj | undefined;
  readonly pages: PageMap | undefined;
  /** Pages of `pages`; meaningless without it. */
  readonly first: number;
  readonly end: number;
}

/** Everything rules may ask about one execution of a userfaultfd ioctl. */
export interface UffdCall {
  readonly machine: Machine;
  readonly ioctl: Ioctl;
  readonly uffd: Uffd;
  /** Field by its name in the struct. */
  readonly fields: ReadonlyMap<string, Value>;
  readonly len: number | undefined;
  readonly mode: number | undefined;
  /** Target of the operation: `dst` or the range. */
  readonly dst: CallRange;
  readonly src: CallRange | undefined;
  /** Mappings of the target range. */
  readonly dstMappings: readonly { readonly start: number; readonly end: number; readonly v: MappingState }[];
  readonly srcMappings: readonly { readonly start: number; readonly end: number; readonly v: MappingState }[];
}

/** One page of a call: its number within the call and what is at both ends. */
export interface PagePair {
  readonly index: number;
  readonly dst: PageState;
  readonly src: PageState | undefined;
  readonly srcMapping: MappingState | undefined;
}
