/** Destinations of COPY and its like: mapped, registered, in one mapping. */
import { REGISTER_MISSING, REGISTER_WP } from "../../../uffd/traits";
import { type Failure, type Suspect, suspect, type Verdict } from "../failure";
import { deedOf } from "../space";
import { borderIn } from "./borders";

export function explainDestination(failure: Failure): Verdict {
  const { space, world, page, event, traits } = failure;
  if (!space) return { suspects: [], open: ["what is mapped in the process that owns the memory"] };
  const end = page + Math.max(1, Math.ceil(event.length / world.pageBytes));
  const gone = unmapped(failure, page);
  if (gone) return { suspects: [gone], open: [] };
  const protects = traits.op === "WRITEPROTECT";
  const holes = unregistered(failure, page, end, protects ? REGISTER_WP : 7);
  if (holes) return { suspects: [holes], open: [] };
  const border = borderIn(space, page, end);
  if (border)
    return { suspects: [suspect("crosses-mappings", "likely", world.deeds.get(border), "the destination")], open: [] };
  return { suspects: [], open: ["the end of the mapping", "a registration that ended unseen"] };
}

function unmapped({ space, world }: Failure, page: number): Suspect | undefined {
  if (!space || space.mappings.at(page)) return undefined;
  const deed = world.deeds.get(deedOf(space.presence.get(page)));
  if (deed && (deed.what === "munmap" || deed.what === "mremap")) return suspect("unmapped", "certain", deed);
  return space.complete && !space.registrations.at(page) ? suspect("not-mapped", "likely") : undefined;
}

/** The first part of the range that no registration of the wanted modes covers. */
export function unregistered(failure: Failure, start: number, end: number, modes: number): Suspect | undefined {
  const { space, world } = failure;
  if (!space) return undefined;
  let page = start;
  for (const entry of space.registrations.in(start, end)) {
    const { value } = entry;
    if (entry.start > page) break;
    if (value.ended !== 0) return suspect("no-longer-registered", "certain", world.deeds.get(value.ended));
    if ((value.mode & modes) === 0 && modes === REGISTER_WP && (value.mode & REGISTER_MISSING) !== 0) {
      return suspect("not-wp", "certain", world.deeds.get(value.deed));
    }
    page = entry.end;
  }
  if (page >= end) return undefined;
  return suspect("unregistered", space.complete && world.lossless ? "certain" : "likely");
}
