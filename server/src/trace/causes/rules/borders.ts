/** Borders between mappings inside a range: where attributes or registrations differ, there are two mappings. */
import type { Mapping, Space } from "../space";

const alike = (a: Mapping, b: Mapping): boolean =>
  a.protection === b.protection &&
  a.shared === b.shared &&
  a.file === b.file &&
  a.huge === b.huge &&
  a.locked === b.locked &&
  a.advice === b.advice;

/** The deed that made two neighbours differ: the later one of their latest changes. */
function maker(a: Mapping, b: Mapping): number {
  if (a.advice !== b.advice) return Math.max(a.advised, b.advised);
  if (a.locked !== b.locked) return Math.max(a.lockedBy, b.lockedBy);
  if (a.protection !== b.protection) return Math.max(a.protected, b.protected);
  return Math.max(a.mapped, b.mapped);
}

/** Number of the deed that made the first border in [start, end), 0 if none is known. */
export function borderIn(space: Space, start: number, end: number): number {
  const entries = space.mappings.in(start, end);
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index];
    const next = entries[index + 1];
    if (!entry) continue;
    if (entry.end < end && (!next || next.start > entry.end)) return entry.value.mapped;
    if (next && !alike(entry.value, next.value)) return maker(entry.value, next.value);
  }
  return entries.length === 0 ? 0 : registrationBorder(space, start, end);
}

/** Mappings that were made apart need not be one although they look alike: the later one's deed, 0 where there is none. */
export function seamIn(space: Space, start: number, end: number): number {
  const entries = space.mappings.in(start, end);
  const made = new Set(entries.map(({ value }) => value.mapped));
  return made.size > 1 ? Math.max(...made) : 0;
}

function registrationBorder(space: Space, start: number, end: number): number {
  const live = space.registrations.in(start, end).filter(({ value }) => value.ended === 0);
  const [first, second] = live;
  if (!first) return 0;
  if (first.start > start) return first.value.deed;
  if (first.end >= end) return 0;
  if (!second || second.start > first.end) return first.value.deed;
  const { uffd, mode } = second.value;
  return uffd === first.value.uffd && mode === first.value.mode ? 0 : second.value.deed;
}
