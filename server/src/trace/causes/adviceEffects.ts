/** What madvise(2) does to pages and mappings. */
import { ADVICE, ATTRIBUTE_OF_ADVICE, NEUTRAL_ADVICE } from "../../uffd/mmCalls";
import type { Event } from "./event";
import { PageState, pageValue, type Space, stateOf } from "./space";
import type { World } from "./world";

export function applyAdvice(world: World, space: Space, event: Event): void {
  const advice = ADVICE[event.mode];
  if (!advice) return;
  const start = Math.floor(event.address / world.pageBytes);
  const end = start + Math.ceil(event.length / world.pageBytes);
  const deed = world.deed(`madvise(${advice.name})`, event);
  const force = { fromNs: event.timeNs, toNs: Number.POSITIVE_INFINITY, deed };
  const states = (state: number): void => space.presence.set(start, end, pageValue(deed, state));
  advise(space, start, end, event.mode, deed);
  switch (advice.effect) {
    case "drops":
      states(PageState.Emptied);
      break;
    case "frees":
      // Freed lazily: the pages may be there still, with what they held.
      if (stateOf(space.presence.get(start)) !== PageState.Emptied) states(PageState.Emptied);
      break;
    case "guards":
      states(PageState.Marker);
      break;
    case "unguards":
      states(PageState.Emptied);
      break;
    case "fills":
      fill(space, start, end, deed);
      break;
    case "writes":
      fill(space, start, end, deed);
      space.written.set(start, end, pageValue(deed, PageState.Populated));
      break;
    case "keepsFromChildren":
      space.keptFromChildren.set(start, end, force);
      break;
    case "givesToChildren":
      space.keptFromChildren.update(start, end, (value) => ({ ...value, toNs: Math.min(value.toNs, event.timeNs) }));
      break;
    case "allowsMerging":
      space.mergeable.set(start, end, force);
      break;
    case "forbidsMerging":
      space.mergeable.delete(start, end);
      // The pages are copied apart, so they are this process's own again.
      space.mergeable.set(start, end, { ...force, toNs: event.timeNs });
      break;
  }
}

/** Fills the holes of a range; who filled the rest before stays known. */
function fill(space: Space, start: number, end: number, deed: number): void {
  const MAX_LOOK = 4096;
  if (end - start > MAX_LOOK) {
    space.presence.set(start, end, pageValue(deed, PageState.Populated));
    return;
  }
  for (let page = start; page < end; page++) {
    const state = stateOf(space.presence.get(page));
    if (state === PageState.Populated || state === PageState.Zero || state === PageState.Marker) continue;
    space.presence.set(page, page + 1, pageValue(deed, PageState.Populated));
  }
}

/** Advice on a part of a mapping splits it. */
function advise(space: Space, start: number, end: number, advice: number, deed: number): void {
  const attribute = ATTRIBUTE_OF_ADVICE[advice];
  if (attribute === undefined) return;
  const own = NEUTRAL_ADVICE.has(advice) ? "" : `${attribute}=${advice} `;
  space.mappings.update(start, end, (mapping) => {
    const others = mapping.advice
      .split(" ")
      .filter((word) => word !== "" && !word.startsWith(`${attribute}=`))
      .map((word) => `${word} `);
    const text = [...others, own].sort().join("");
    return text === mapping.advice ? mapping : { ...mapping, advice: text, advised: deed };
  });
}
