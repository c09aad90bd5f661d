/** EEXIST: who filled the destination page, or that nobody is known to have. */
import { MOVE_MISREPORTS_SINCE, REGISTER_MISSING } from "../../../uffd/traits";
import type { Deed } from "../deeds";
import { type Failure, type Suspect, sure, suspect, type Verdict } from "../failure";
import { deedOf, PageState, type Registration, stateOf } from "../space";

/** `lastMessageNs`: when a fault of the page was last delivered, -1 if never. */
export function explainExists(failure: Failure, lastMessageNs: number): Verdict {
  const { space, world, page, event } = failure;
  if (!space) return { suspects: [], open: ["what happened in the process that owns the memory"] };
  const value = space.presence.get(page);
  const deed = world.deeds.get(deedOf(value));
  switch (stateOf(value)) {
    case PageState.Populated:
    case PageState.Zero:
      if (!deed) return { suspects: [suspect("populated", "likely")], open: [] };
      return {
        suspects: [suspect(raced(failure, deed, lastMessageNs) ? "race" : "populated", "certain", deed)],
        open: [],
      };
    case PageState.Marker:
      return { suspects: [suspect("marker", "certain", deed)], open: [] };
  }
  return unseen(failure, deed, registrationAt(failure));

  function registrationAt({ page: at }: Failure): Registration | undefined {
    const registration = space?.registrations.at(at)?.value;
    return registration?.ended === 0 && registration.timeNs <= event.endNs ? registration : undefined;
  }
}

/** Two threads resolved one fault, or were in their calls at the same time. */
function raced({ event }: Failure, by: Deed, lastMessageNs: number): boolean {
  if (by.tid === event.tid) return false;
  return by.endNs >= event.timeNs || (lastMessageNs >= 0 && lastMessageNs <= by.endNs);
}

/** Nothing recorded filled it: a plain access did while no fault was reported for it, or the kernel misreports. */
function unseen(failure: Failure, last: Deed | undefined, registration: Registration | undefined): Verdict {
  const { world, traits, space } = failure;
  const registered = world.deeds.get(registration?.deed ?? 0);
  const missing = registration !== undefined && (registration.mode & REGISTER_MISSING) !== 0;
  const misreports = traits.op === "MOVE" && (world.kernel === 0 || world.kernel >= MOVE_MISREPORTS_SINCE);
  const defect: Suspect[] = misreports ? [suspect("kernel-6.18", "possible")] : [];
  if (registration === undefined || !missing)
    return { suspects: [suspect("touched", "likely", last), ...defect], open: [] };
  // Empty since before it was registered: whatever filled it, no fault was reported for it then.
  const before = last === undefined || (registered !== undefined && last.timeNs <= registered.timeNs);
  if (before) {
    const confidence = misreports ? "likely" : last && registered ? sure(failure) : "likely";
    return { suspects: [suspect("before-registration", confidence, registered), ...defect], open: [] };
  }
  const open = space?.complete && world.lossless ? [] : ["a call that was not recorded"];
  return { suspects: defect, open: [...open, "a swap entry or marker that no call left"] };
}
