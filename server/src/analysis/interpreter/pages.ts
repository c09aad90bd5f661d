import { PAGE, PROT } from "../domain/constants";
import type { Site } from "./frame";
import { RunMap } from "./runs";
import type { Uffd } from "./uffd";

/** Something that happened to memory, where, for the related locations of a diagnostic. */
export interface Origin {
  readonly what: string;
  readonly at: Site | undefined;
}

/** State of one page. */
export interface PageState {
  /** `hole`: nothing there. `marker`: a guard, poison or write-protect entry without a page. */
  readonly content: "hole" | "data" | "zero" | "marker" | "unknown";
  /** What filled, emptied or marked it. */
  readonly by?: Origin | undefined;
  /** Set while the page is shared with another process since this fork. */
  readonly shared?: Origin | undefined;
  /** Time (in waits of the program) of the last write, for same-page merging. */
  readonly epoch: number;
  readonly pinned?: Origin | undefined;
  /** Filled with the same byte or text as other pages, so that ksmd has something to merge. */
  readonly uniform?: boolean | undefined;
  /** Left so by a call that ksmd made fail or not: nothing certain follows from it. */
  readonly doubtful?: boolean | undefined;
}

/** Attributes of one mapping; a MOVE may not cross from one to the next. */
export interface MappingState {
  readonly type: "anonymous" | "shared" | "file" | "hugetlb" | "unknown" | "none";
  readonly prot: number;
  readonly dontFork?: boolean | undefined;
  readonly wipeOnFork?: boolean | undefined;
  readonly mergeable?: Origin | undefined;
  readonly locked?: Origin | undefined;
  readonly uffd?: Uffd | "unknown" | undefined;
  readonly mode: number;
  /** What last split or changed it. */
  readonly by?: Origin | undefined;
}

const HOLE: PageState = { content: "hole", epoch: 0 };
const UNKNOWN_PAGE: PageState = { content: "unknown", epoch: 0 };

const samePage = (a: PageState, b: PageState): boolean =>
  a === b ||
  (a.content === b.content &&
    a.by === b.by &&
    a.shared === b.shared &&
    a.epoch === b.epoch &&
    a.pinned === b.pinned &&
    a.uniform === b.uniform &&
    !a.doubtful === !b.doubtful);

const sameMapping = (a: MappingState, b: MappingState): boolean =>
  a === b ||
  (a.type === b.type &&
    a.prot === b.prot &&
    !a.dontFork === !b.dontFork &&
    !a.wipeOnFork === !b.wipeOnFork &&
    !a.mergeable === !b.mergeable &&
    !a.locked === !b.locked &&
    a.uffd === b.uffd &&
    a.mode === b.mode);

/** Pages and mappings of one object. Page 0 is the page its first byte lies in. */
export class PageMap {
  readonly pages: RunMap<PageState>;
  readonly mappings: RunMap<MappingState>;

  constructor(
    readonly count: number,
    mapping: MappingState,
    /** Bytes of page 0 that lie before the object. */
    readonly lead: number,
  ) {
    this.pages = new RunMap<PageState>(mapping.type === "unknown" ? UNKNOWN_PAGE : HOLE, samePage);
    this.mappings = new RunMap<MappingState>(
      { type: mapping.type === "unknown" ? "unknown" : "none", prot: 0, mode: 0 },
      sameMapping,
    );
    if (mapping.type !== "unknown") this.mappings.set(0, count, mapping);
  }

  /** Index of the page a byte offset of the object lies in. */
  pageOf(off: number): number {
    return Math.floor((off + this.lead) / PAGE);
  }
}

export const anonymous = (prot: number = PROT.READ | PROT.WRITE): MappingState => ({
  type: "anonymous",
  prot,
  mode: 0,
});
