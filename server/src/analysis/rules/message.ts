import { diagnosticCode } from "../../uffd/codes";
import { errnoName } from "../../uffd/errnos";
import type { UffdCall } from "../interpreter/kernel/call";
import type { Origin, PageState } from "../interpreter/pages";
import type { Finding } from "../interpreter/record";

/** Builds a finding: one sentence with the cause, one with the cure. */
export function finding(
  call: UffdCall,
  code: string,
  errno: number,
  cause: string,
  causes: readonly (Origin | undefined)[] = [],
  certainty: Finding["certainty"] = "certain",
): Finding {
  const verb = certainty === "certain" ? "fails" : "can fail";
  return {
    code,
    errno,
    certainty,
    message: `${call.ioctl.macro} ${verb} with ${errnoName(errno)}: ${cause}. ${diagnosticCode(code)?.cure ?? ""}`,
    causes: causes.filter((c): c is Origin => c !== undefined),
  };
}

/** How sure a finding about a page can be. */
export const certaintyOf = (p: PageState): Finding["certainty"] => (p.doubtful ? "look" : "certain");

/** What a related location says about the call or statement there. */
export function describeOrigin(o: Origin): string {
  return SENTENCES[o.what] ?? `${o.what} happens here.`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  fork: "fork() shares every page that is present here with the child.",
  daemon: "daemon() forks: the pages stay shared with the image of the parent.",
  forkpty: "forkpty() forks here.",
  clone: "clone() without CLONE_VM forks here.",
  child_process: "Node forks here to start the child process.",
  MADV_MERGEABLE: "The range is opened to same-page merging here.",
  PR_SET_MEMORY_MERGE: "All memory of the process is opened to same-page merging here.",
  MADV_DONTNEED: "The pages are dropped here.",
  MADV_REMOVE: "The pages are dropped here.",
  MADV_GUARD_INSTALL: "The guard is installed here.",
  MADV_DONTFORK: "MADV_DONTFORK splits the mapping here.",
  MAP_POPULATE: "MAP_POPULATE fills the mapping here.",
  MAP_LOCKED: "MAP_LOCKED fills and locks the mapping here.",
  mlockall: "mlockall() locks mappings here.",
  mlock: "The range is locked here.",
  mmap: "The memory is mapped here and never written.",
  munmap: "The range is unmapped here.",
  mprotect: "The protection is changed here.",
  written: "The page is written here.",
  read: "The page is read here, which maps the zero page.",
  placed: "The page is placed here.",
  moved: "The page is moved away here.",
  zeroed: "The zero page is placed here.",
  poisoned: "The page is poisoned here.",
  registered: "The range is registered here.",
  unregistered: "The range is unregistered here.",
  userfaultfd: "The descriptor is made here.",
};
