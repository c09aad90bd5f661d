import { PAGE } from "../domain/constants";
import type { Machine } from "./machine";
import type { Obj } from "./memory";
import type { MappingState, PageState } from "./pages";
import { raiseFault } from "./threads";

/** Accesses bytes of an object: pages that are missing appear, writes make shared pages private again. */
export function touch(m: Machine, obj: Obj, off: number, size: number, write: boolean): void {
  const { pages } = obj;
  if (!pages || size <= 0) return;
  const first = Math.max(0, pages.pageOf(off));
  const last = Math.min(pages.count - 1, pages.pageOf(off + size - 1));
  if (last < first) return;
  if (first === last) {
    const state = pages.pages.get(first);
    if (settled(m, state, write)) return;
  }
  m.effects++;
  for (const mapping of pages.mappings.over(first, last + 1)) {
    for (const run of pages.pages.over(mapping.start, mapping.end)) {
      if (settled(m, run.v, write)) continue;
      if (run.v.content === "hole" && needsHandler(mapping.v)) {
        for (let page = run.start; page < run.end && page < run.start + 512; page++) {
          raiseFault(m, mapping.v.uffd, obj.address - pages.lead + page * PAGE);
          const now = pages.pages.get(page);
          if (now.content !== "hole") pages.pages.set(page, page + 1, accessed(m, now, mapping.v, write));
        }
        continue;
      }
      pages.pages.set(run.start, run.end, accessed(m, run.v, mapping.v, write));
    }
  }
}

/** Nothing changes any more by another access of this kind. */
function settled(m: Machine, p: PageState, write: boolean): boolean {
  if (p.content !== "data") return p.content === "zero" && !write;
  return !write || (!p.shared && p.epoch === m.epoch);
}

const needsHandler = (v: MappingState): boolean => v.uffd !== undefined && v.uffd !== "unknown" && (v.mode & 1) !== 0;

function accessed(m: Machine, p: PageState, mapping: MappingState, write: boolean): PageState {
  if (p.content === "marker") return p;
  if (!write) {
    if (p.content !== "hole") return p;
    return { content: mapping.type === "anonymous" ? "zero" : "data", by: m.origin("read"), epoch: m.epoch };
  }
  const by = p.content === "data" && !p.shared ? p.by : m.origin("written");
  return p.pinned ? { content: "data", by, epoch: m.epoch, pinned: p.pinned } : { content: "data", by, epoch: m.epoch };
}
