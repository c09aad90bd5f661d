import type { IoctlName } from "../../uffd/ioctls";
import type { Site } from "./frame";
import type { Origin } from "./pages";

/** What a rule found at a call: the errno the kernel gives and why. */
export interface Finding {
  readonly code: string;
  readonly errno: number;
  readonly certainty: "certain" | "timing" | "look";
  readonly message: string;
  readonly causes: readonly Origin[];
  /** First page of the range that fails; pages before it are done. Undefined when the whole call is refused. */
  readonly page?: number;
}

/** One execution of a userfaultfd ioctl on one path. */
export interface CallRecord {
  /** Name after `UFFDIO_`, or what else was done where a rule looks. */
  readonly op: IoctlName | "access" | "event";
  readonly site: Site;
  /** Call sites from the innermost caller outwards. */
  readonly stack: readonly Site[];
  finding: Finding | undefined;
  /** Set when the program looks at the errno or the short count. */
  handled: boolean;
  /** Addresses the call names, end exclusive; undefined when not known. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
  readonly mode: number;
  /** The call was made again without what it fails for being dealt with. */
  stubborn?: boolean;
  /** Nobody looked at what the call returned. */
  ignored?: boolean;
  /** State was unknown: the call says nothing about its site. */
  readonly vague: boolean;
}
