/** EFAULT, ESRCH, ENOMEM, EPERM, ENOTTY. */
import { EVENT_FORK } from "../../../uffd/traits";
import { certain, type Failure, NOTHING, sure, suspect, type Verdict } from "../failure";
import { deedOf, PageState, stateOf } from "../space";

const EFAULT = 14;

export function explainFault(failure: Failure): Verdict {
  const { traits, event, world } = failure;
  if (event.result !== -EFAULT && event.errno === EFAULT && traits.resultIsBytes) return certain("argument");
  if (traits.op === "MOVE") return marker(failure);
  if (traits.op !== "COPY")
    return { ...NOTHING, open: ["the page is not in the page cache, or lies beyond the file's end"] };
  const own = world.space(event.pid);
  const page = failure.sourcePage;
  const mapping = own.mappings.at(page)?.value;
  const deed = world.deeds.get(mapping ? mapping.protected : deedOf(own.presence.get(page)));
  if (mapping && (mapping.protection & 1) === 0)
    return { suspects: [suspect("source-unreadable", sure(failure), deed)], open: [] };
  if (!mapping && deed?.what === "munmap") return { suspects: [suspect("source-unmapped", "certain", deed)], open: [] };
  return { ...NOTHING, open: ["the source cannot be read", "the destination lies beyond the end of its file"] };
}

function marker({ space, world, sourcePage }: Failure): Verdict {
  const value = space?.presence.get(sourcePage) ?? 0;
  const deed = world.deeds.get(deedOf(value));
  if (stateOf(value) !== PageState.Marker) return { ...NOTHING, open: ["a guard, poison or write-protect marker"] };
  const kind = deed?.what === "POISON" ? "poison" : deed?.what === "WRITEPROTECT" ? "wp-marker" : "guard";
  return { suspects: [suspect(kind, "certain", deed)], open: [] };
}

export function explainNoProcess({ space, world }: Failure): Verdict {
  const deed = world.deeds.get(space?.exited ?? 0);
  return deed ? certain("owner-exited", deed) : { suspects: [suspect("owner-exited", "likely")], open: [] };
}

export function explainNoMemory(failure: Failure): Verdict {
  const { space, traits } = failure;
  if (space?.exited && (traits.op === "REGISTER" || traits.op === "UNREGISTER")) return explainNoProcess(failure);
  return { ...NOTHING, open: ["memory, the control group's limit, or the limit on mappings was exhausted"] };
}

export function explainPermission(failure: Failure): Verdict {
  const { traits, event, space, page, world } = failure;
  if (traits.op === "API" && (event.mode & EVENT_FORK) !== 0) return certain("capability");
  const mapping = space?.mappings.at(page)?.value;
  if (traits.op === "REGISTER" && mapping?.shared) return certain("read-only-file", world.deeds.get(mapping.mapped));
  return NOTHING;
}
