/** The order of live rows: sorted, unless somebody is pointing at one. */

/**
 * Keys in the order to show them. While `held` (focus or pointer is on the table) rows keep their place, new ones come
 * last and gone ones go, so that what one is about to press does not move away.
 */
export function rowOrder(present: readonly string[], sorted: readonly string[], held: boolean): string[] {
  if (!held) return [...sorted];
  const wanted = new Set(sorted);
  const kept = present.filter((key) => wanted.has(key));
  const known = new Set(kept);
  return [...kept, ...sorted.filter((key) => !known.has(key))];
}
