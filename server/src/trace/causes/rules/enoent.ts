/** ENOENT: a hole in the source of MOVE; for the other calls, a destination that is not registered or not mapped. */
import { type Failure, sure, suspect, type Verdict } from "../failure";
import { deedOf, PageState, type Space, stateOf } from "../space";
import { explainDestination } from "./destination";

export function explainAbsent(failure: Failure): Verdict {
  return failure.traits.op === "MOVE" ? source(failure) : explainDestination(failure);
}

function source(failure: Failure): Verdict {
  const { world, event, page, sourcePage } = failure;
  const space = failure.space ?? world.space(event.pid);
  const unmapped = notMapped(failure, space, page) ?? notMapped(failure, space, sourcePage);
  if (unmapped) return unmapped;
  const value = space.presence.get(sourcePage);
  const deed = world.deeds.get(deedOf(value));
  switch (stateOf(value)) {
    case PageState.Fresh:
      return { suspects: [suspect("never-written", sure(failure), deed)], open: [] };
    case PageState.Emptied:
      return { suspects: [suspect(deed?.what === "MOVE" ? "moved-away" : "dropped", "certain", deed)], open: [] };
  }
  return { suspects: [], open: ["never written", "dropped by a call that is not recorded"] };
}

/** A page whose mapping is known to be gone, or was never there in a process seen from its beginning. */
function notMapped(failure: Failure, space: Space, page: number): Verdict | undefined {
  if (space.mappings.at(page)) return undefined;
  const value = space.presence.get(page);
  const deed = failure.world.deeds.get(deedOf(value));
  if (deed && (deed.what === "munmap" || deed.what === "mremap")) {
    return { suspects: [suspect("unmapped", "certain", deed)], open: [] };
  }
  return undefined;
}
