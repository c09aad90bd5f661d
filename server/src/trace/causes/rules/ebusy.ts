/** EBUSY: the source page is not this process's alone, or the range is another userfaultfd's. */
import { type Failure, type Suspect, sure, suspect, type Verdict } from "../failure";
import { deedOf, type Force, PageState, type Space, stateOf } from "../space";

export function explainBusy(failure: Failure): Verdict {
  return failure.traits.op === "REGISTER" ? registered(failure) : shared(failure);
}

function registered({ space, event, uffd, world, page }: Failure): Verdict {
  const end = page + Math.ceil(event.length / world.pageBytes);
  const other = space?.registrations.in(page, end).find(({ value }) => value.uffd !== uffd && value.ended === 0);
  if (!other) return { suspects: [], open: ["a registration from before the recording, or by a process not recorded"] };
  const deed = world.deeds.get(other.value.deed);
  return { suspects: [suspect("register-other-uffd", "certain", deed)], open: [] };
}

/** The earliest time from which every later fork shares the page: when it was last known to be written or not there. */
export function ownSinceNs({ world, sourcePage }: Failure, space: Space): number {
  const value = space.presence.get(sourcePage);
  const written = world.deeds.get(deedOf(space.written.get(sourcePage)));
  const placed = world.deeds.get(deedOf(value));
  // A page that was moved here or placed by a call is new; one that was dropped since was filled again later.
  const known = stateOf(value) === PageState.Unknown ? undefined : placed;
  return Math.max(written?.timeNs ?? -1, known?.timeNs ?? -1);
}

function shared(failure: Failure): Verdict {
  const { world, event, sourcePage } = failure;
  // MOVE answers EINVAL to a foreign process before it looks at pages, so the source is the caller's.
  const space = failure.space ?? world.space(event.pid);
  const sinceNs = ownSinceNs(failure, space);
  const fork = space.lastFork(sourcePage, sinceNs, event.endNs);
  const merge = world.deeds.get(deedOf(space.merged.get(sourcePage)));
  const merged = merge !== undefined && merge.timeNs > sinceNs ? merge : undefined;
  const allowed = mergingAt(space, sourcePage, event.timeNs);
  const pin = space.pinAt(sourcePage, event.timeNs, event.endNs);
  const suspects: Suspect[] = [];
  if (merged) suspects.push(suspect("ksm", "certain", allowed ? world.deeds.get(allowed.deed) : merged));
  if (pin && !pin.spliced) suspects.push(suspect("pin", "certain", world.deeds.get(pin.deed)));
  if (fork) suspects.push(suspect("fork", sure(failure), world.deeds.get(fork.deed)));
  if (allowed && !merged && !world.mergesSeen)
    suspects.push(suspect("ksm-allowed", "possible", world.deeds.get(allowed.deed)));
  if (pin?.spliced) suspects.push(suspect("spliced", "possible", world.deeds.get(pin.deed)));
  if (suspects.length === 1)
    return { suspects, open: suspects[0]?.confidence === "possible" ? remaining(failure, space) : [] };
  if (suspects.length === 0) return { suspects, open: remaining(failure, space) };
  // Each alone would be enough; which of them the page owes it to, the record does not say.
  return {
    suspects: suspects.map((one) => (one.confidence === "certain" ? { ...one, confidence: "likely" } : one)),
    open: [],
  };
}

function mergingAt(space: Space, page: number, atNs: number): Force | undefined {
  const own = space.mergeable.at(page)?.value;
  if (own) return own.fromNs <= atNs && atNs < own.toNs ? own : undefined;
  return space.mergeAll !== undefined && space.mergeAll.fromNs <= atNs ? space.mergeAll : undefined;
}

function remaining({ world }: Failure, space: Space): string[] {
  const pins = "a pin that is not recorded (direct I/O, RDMA, VFIO)";
  const before = ["a fork before the recording began", "a merge by KSM that was allowed before"];
  return [...(space.complete && world.lossless ? [] : before), pins, "a huge page that could not be split"];
}
