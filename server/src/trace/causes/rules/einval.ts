/** EINVAL: the clause of the kernel that the call broke, in the order in which the kernel looks. */
import { PROT } from "../../../uffd/mmCalls";
import { KNOWN_FEATURES, PLACE_WP, REGISTER_MINOR, REGISTER_WP, UFFD_API } from "../../../uffd/traits";
import { certain, type Failure, NOTHING, type Suspect, sure, suspect, type Verdict } from "../failure";
import type { Mapping, Space } from "../space";
import { explainArguments } from "./arguments";
import { borderIn, seamIn } from "./borders";
import { unregistered } from "./destination";

const EINVAL = 22;

export function explainInvalid(failure: Failure): Verdict {
  const { traits, uffd, event, world } = failure;
  if (traits.op.startsWith("0x")) return certain("number");
  if (traits.op === "API") return handshake(failure);
  if (uffd.handshake === 0) return certain("handshake");
  // In the kernel the owner comes first, the arguments next.
  if (traits.op === "MOVE") {
    const foreign = owner(failure);
    if (foreign) return foreign;
  }
  const broken = explainArguments(failure);
  if (broken) return broken;
  const clauses = traits.op === "MOVE" ? moveClauses(failure) : otherClauses(failure);
  if (clauses) return { suspects: [clauses], open: [] };
  const received = !uffd.known && world.space(event.pid).complete && event.result !== -EINVAL;
  return { ...NOTHING, open: received ? ["the descriptor belongs to another process"] : ["how the ranges are mapped"] };
}

function handshake({ event, uffd, world }: Failure): Verdict {
  if (event.address !== UFFD_API) return certain("api-version");
  if (uffd.handshake) return certain("api-again", world.deeds.get(uffd.handshake));
  const unknown = event.mode > KNOWN_FEATURES || (event.mode & ~KNOWN_FEATURES) !== 0;
  return { suspects: [suspect("api-features", unknown ? "certain" : "likely")], open: [] };
}

/** MOVE works only where the descriptor was created. */
function owner({ event, uffd, world, space }: Failure): Verdict | undefined {
  const caller = world.space(event.pid);
  if (space === caller) return undefined;
  const deed = world.deeds.get(uffd.deed);
  if (space !== undefined)
    return { suspects: [suspect("foreign-mm", uffd.known ? "certain" : "likely", deed)], open: [] };
  return caller.complete ? { suspects: [suspect("foreign-mm", "likely", deed)], open: [] } : undefined;
}

function moveClauses(failure: Failure): Suspect | undefined {
  const { space, world, page, sourcePage, event } = failure;
  if (!space) return undefined;
  const pages = Math.ceil(event.length / world.pageBytes);
  const sides = [
    { name: "the destination", start: page, mapping: space.mappings.at(page)?.value },
    { name: "the source", start: sourcePage, mapping: space.mappings.at(sourcePage)?.value },
  ] as const;
  const deed = (number: number) => world.deeds.get(number);
  for (const { name, start, mapping } of sides) {
    if (mapping?.shared) return suspect("shared", sure(failure), deed(mapping.mapped), name);
    const border = borderIn(space, start, start + pages);
    if (border) return suspect("crosses-mappings", "likely", deed(border), name);
  }
  const [to, from] = [sides[0].mapping, sides[1].mapping];
  for (const { name, mapping } of sides) {
    if (mapping?.huge) return suspect("hugetlb", sure(failure), deed(mapping.mapped), name);
  }
  const differing = to && from ? differ(failure, to, from) : undefined;
  if (differing) return differing;
  const missing = registeredHere(failure, space, page, page + pages);
  if (missing) return missing;
  const file = sides.find(({ mapping }) => mapping?.file);
  if (file?.mapping) return suspect("file", sure(failure), deed(file.mapping.mapped), file.name);
  const seamed = sides.find(({ start }) => seamIn(space, start, start + pages) > 0);
  if (!seamed) return undefined;
  const seam = seamIn(space, seamed.start, seamed.start + pages);
  return suspect("crosses-mappings", "likely", deed(seam), seamed.name);
}

function differ(failure: Failure, to: Mapping, from: Mapping): Suspect | undefined {
  const deed = (number: number) => failure.world.deeds.get(number);
  const access = (mapping: Mapping): number => mapping.protection & PROT.accessMask;
  if (access(to) !== access(from)) {
    return suspect("protection", sure(failure), deed(Math.max(to.protected, from.protected)));
  }
  if ((access(to) & PROT.write) === 0) {
    return suspect("not-writable", sure(failure), deed(Math.max(to.protected, from.protected)));
  }
  if (to.locked === from.locked) return undefined;
  return suspect("locking", sure(failure), deed((to.locked ? to : from).lockedBy));
}

function registeredHere(failure: Failure, space: Space, start: number, end: number): Suspect | undefined {
  const missing = unregistered(failure, start, end, 7);
  if (missing) return missing;
  const other = space.registrations.in(start, end).find(({ value }) => value.uffd && value.uffd !== failure.uffd);
  return other && suspect("other-uffd", "certain", failure.world.deeds.get(other.value.deed));
}

function otherClauses(failure: Failure): Suspect | undefined {
  const { space, world, page, event, traits } = failure;
  if (!space) return undefined;
  const pages = Math.ceil(event.length / world.pageBytes);
  const mapping = space.mappings.at(page)?.value;
  const mapped = world.deeds.get(mapping?.mapped ?? 0);
  switch (traits.op) {
    case "COPY":
    case "CONTINUE":
      if (traits.op === "CONTINUE" && mapping && !mapping.shared && !mapping.file) {
        return suspect("anonymous", sure(failure), mapped);
      }
      return (event.mode & PLACE_WP) !== 0 ? unregistered(failure, page, page + pages, REGISTER_WP) : undefined;
    case "ZEROPAGE":
      return mapping?.huge ? suspect("hugetlb", sure(failure), mapped, "the range") : undefined;
    case "REGISTER":
      if (space.mappings.in(page, page + pages).length === 0) return gone(failure, space);
      if ((event.mode & REGISTER_MINOR) !== 0 && mapping && !mapping.shared && !mapping.file) {
        return suspect("anonymous", sure(failure), mapped);
      }
      return mapping?.file && !mapping.huge ? suspect("file", sure(failure), mapped, "the range") : undefined;
    case "UNREGISTER": {
      if (space.mappings.in(page, page + pages).length === 0) return gone(failure, space);
      const other = space.registrations
        .in(page, page + pages)
        .find(({ value }) => value.uffd !== failure.uffd && value.ended === 0);
      return other && suspect("other-uffd", "certain", world.deeds.get(other.value.deed));
    }
  }
  return undefined;
}

function gone({ world, page }: Failure, space: Space): Suspect | undefined {
  const deed = world.deeds.get(Math.floor(space.presence.get(page) / 8));
  if (deed?.what === "munmap" || deed?.what === "mremap") return suspect("unmapped", "certain", deed);
  return space.complete && world.lossless ? suspect("not-mapped", "likely") : undefined;
}
