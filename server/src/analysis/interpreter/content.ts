import { PAGE } from "../domain/constants";
import type { Machine } from "./machine";
import type { Obj } from "./memory";

/**
 * Whether ksmd finds a page with the same bytes among the pages it may merge: `no` when the bytes of the page are known
 * and no other page can have them.
 */
export function mergePartner(m: Machine, obj: Obj, page: number): "yes" | "no" | "unknown" {
  const own = signature(obj, page);
  if (own === undefined) return "unknown";
  let unsure = false;
  for (const other of m.memory.paged()) {
    const { pages } = other;
    if (!pages) continue;
    for (const run of pages.mappings.all()) {
      if (!(run.v.mergeable || m.mergeAll)) continue;
      for (let i = run.start; i < run.end && i < run.start + 256; i++) {
        if ((other === obj && i === page) || pages.pages.get(i).content !== "data") continue;
        const s = signature(other, i);
        if (s === own) return "yes";
        if (s === undefined) unsure = true;
      }
    }
  }
  return unsure ? "unknown" : "no";
}

/** The bytes of a page as text that is equal for equal pages; undefined when some are not known. */
function signature(obj: Obj, page: number): string | undefined {
  const start = page * PAGE - (obj.pages?.lead ?? 0);
  const fills = obj.fills.over(start, start + PAGE);
  if (fills.some((f) => f.v === "unknown")) return undefined;
  const parts = fills.map((f) => `${f.start - start}:${f.v}`);
  const cells: [number, string][] = [];
  for (const [at, cell] of obj.cells) {
    if (at + cell.size <= start || at >= start + PAGE) continue;
    if (typeof cell.v !== "number") return undefined;
    if (fills.length === 1 && cell.v === spread(fills[0]?.v, cell.size)) continue;
    cells.push([at - start, `${cell.size}=${cell.v}`]);
  }
  cells.sort((a, b) => a[0] - b[0]);
  return `${parts.join(",")}|${cells.map(([at, v]) => `${at}:${v}`).join(",")}`;
}

/** Number whose bytes are all the same. */
function spread(byte: number | "unknown" | undefined, size: number): number | undefined {
  if (typeof byte !== "number") return undefined;
  let v = 0;
  for (let i = 0; i < size; i++) v = v * 256 + byte;
  return v;
}
