import { hasFeature } from "../../../uffd/features";
import { MADV, MAP, PAGE, PROT } from "../../domain/constants";
import { target, withPages } from "../access";
import type { Machine } from "../machine";
import { copyRange, fillRange, type Obj } from "../memory";
import { pin, toNumber } from "../operate";
import { type MappingState, type Origin, PageMap, type PageState } from "../pages";
import { raiseEvent } from "../threads";
import { touch } from "../touch";
import type { Value } from "../value";
import type { External } from "./library";

/** mmap and the calls that change mappings: which pages exist, and which attributes they have. */

const roundUp = (n: number): number => Math.ceil(n / PAGE) * PAGE;

function mapMemory(m: Machine, args: readonly Value[]): Value {
  m.effects++;
  const [hint, size, protection, flagsArg, fd] = args;
  const length = roundUp(Math.max(1, pin(m, size, PAGE) ?? 8 * PAGE));
  const prot = toNumber(m, protection) ?? PROT.READ | PROT.WRITE;
  const flags = toNumber(m, flagsArg) ?? MAP.PRIVATE | MAP.ANONYMOUS;
  const mapping: MappingState = {
    type: mappingType(m, flags, fd),
    prot,
    mode: 0,
    ...(m.lockFuture || flags & MAP.LOCKED ? { locked: m.lockFuture ?? m.origin("MAP_LOCKED") } : {}),
  };
  const filled =
    flags & MAP.POPULATE ? "MAP_POPULATE" : flags & MAP.LOCKED ? "MAP_LOCKED" : m.lockFuture ? "mlockall" : undefined;
  const state: PageState =
    filled && prot !== 0
      ? {
          content: prot & PROT.WRITE || mapping.type !== "anonymous" ? "data" : "zero",
          by: m.origin(filled),
          epoch: m.epoch,
        }
      : { content: "hole", by: m.origin("mmap"), epoch: 0 };
  const fixed = flags & (MAP.FIXED | MAP.FIXED_NOREPLACE) ? target(m, hint) : undefined;
  if (fixed?.obj.pages) {
    const first = fixed.obj.pages.pageOf(fixed.off);
    const last = first + length / PAGE;
    fixed.obj.pages.mappings.set(first, last, mapping);
    fixed.obj.pages.pages.set(first, last, state);
    fillRange(fixed.obj, fixed.off, Math.min(length, fixed.obj.size - fixed.off), 0);
    return fixed.obj.address + fixed.off;
  }
  const obj = m.memory.allocate("mapping", "", length, PAGE, 0);
  obj.pages = new PageMap(length / PAGE, mapping, 0);
  obj.pages.pages.set(0, length / PAGE, state);
  m.memory.mapped.push(obj);
  return obj.address;
}

function mappingType(m: Machine, flags: number, fd: Value): MappingState["type"] {
  if (flags & MAP.HUGETLB) return "hugetlb";
  const shared = (flags & 3) === MAP.SHARED || (flags & 3) === MAP.SHARED_VALIDATE;
  if (flags & MAP.ANONYMOUS) return shared ? "shared" : "anonymous";
  const n = toNumber(m, fd);
  const d = n === undefined ? undefined : m.fds.get(n);
  if (!d) return shared ? "shared" : "unknown";
  if (d.k === "zero") return shared ? "shared" : "anonymous";
  if (d.k === "memfd" && d.hugetlb) return "hugetlb";
  return shared ? "shared" : "file";
}

interface Range {
  readonly obj: Obj;
  readonly pages: PageMap;
  readonly first: number;
  readonly end: number;
}

/** The pages of a range that a system call names; undefined when the call would be refused or names nothing known. */
function rangeOf(m: Machine, address: Value, size: Value): Range | undefined {
  m.effects++;
  const at = target(m, address);
  const n = pin(m, size, PAGE);
  if (!at || n === undefined || n <= 0) return undefined;
  withPages(at.obj);
  const { pages } = at.obj;
  if (!pages || (at.obj.address + at.off) % PAGE !== 0) return undefined;
  const first = pages.pageOf(at.off);
  const end = Math.min(first + Math.ceil(n / PAGE), pages.count);
  return end > first ? { obj: at.obj, pages, first, end } : undefined;
}

const attributes = (r: Range, change: Partial<MappingState>): void =>
  r.pages.mappings.update(r.first, r.end, (v) => (v.type === "none" ? v : { ...v, ...change }));

/** Drops pages: the next access finds zeroes, or faults to the userfaultfd. */
function drop(m: Machine, r: Range, what: string): void {
  const by = m.origin(what);
  r.pages.pages.set(r.first, r.end, { content: "hole", by, epoch: m.epoch });
  const off = r.first * PAGE - r.pages.lead;
  if (r.pages.mappings.get(r.first).type === "anonymous")
    fillRange(r.obj, off, Math.min((r.end - r.first) * PAGE, r.obj.size - off), 0);
  announce(m, r, "EVENT_REMOVE", by);
}

/** An event that the owner of the userfaultfd asked for has to be read before pages can be placed again. */
function announce(m: Machine, r: Range, feature: string, by: Origin): void {
  for (const run of r.pages.mappings.over(r.first, r.end)) {
    const { uffd } = run.v;
    if (uffd && uffd !== "unknown" && hasFeature(BigInt(uffd.features), feature)) raiseEvent(m, uffd, by);
  }
}

function advise(m: Machine, address: Value, size: Value, advice: Value): Value {
  const r = rangeOf(m, address, size);
  const a = toNumber(m, advice);
  if (!r || a === undefined) return 0;
  switch (a) {
    case MADV.DONTNEED:
    case MADV.DONTNEED_LOCKED:
    case MADV.REMOVE:
      drop(m, r, a === MADV.REMOVE ? "MADV_REMOVE" : "MADV_DONTNEED");
      return 0;
    case MADV.FREE:
      announce(m, r, "EVENT_REMOVE", m.origin("MADV_FREE"));
      return 0;
    case MADV.DONTFORK:
    case MADV.DOFORK:
      attributes(r, {
        dontFork: a === MADV.DONTFORK,
        by: m.origin(a === MADV.DONTFORK ? "MADV_DONTFORK" : "MADV_DOFORK"),
      });
      return 0;
    case MADV.WIPEONFORK:
    case MADV.KEEPONFORK:
      attributes(r, {
        wipeOnFork: a === MADV.WIPEONFORK,
        by: m.origin(a === MADV.WIPEONFORK ? "MADV_WIPEONFORK" : "MADV_KEEPONFORK"),
      });
      return 0;
    case MADV.MERGEABLE:
      attributes(r, { mergeable: m.origin("MADV_MERGEABLE"), by: m.origin("MADV_MERGEABLE") });
      return 0;
    case MADV.UNMERGEABLE:
      attributes(r, { mergeable: undefined, by: m.origin("MADV_UNMERGEABLE") });
      return 0;
    case MADV.POPULATE_READ:
      touch(m, r.obj, r.first * PAGE - r.pages.lead, (r.end - r.first) * PAGE, false);
      return 0;
    case MADV.POPULATE_WRITE:
      touch(m, r.obj, r.first * PAGE - r.pages.lead, (r.end - r.first) * PAGE, true);
      return 0;
    case MADV.GUARD_INSTALL:
      r.pages.pages.set(r.first, r.end, { content: "marker", by: m.origin("MADV_GUARD_INSTALL"), epoch: m.epoch });
      return 0;
    case MADV.GUARD_REMOVE:
      r.pages.pages.update(r.first, r.end, (p) => (p.content === "marker" ? { content: "hole", epoch: m.epoch } : p));
      return 0;
    default:
      return 0;
  }
}

function lock(m: Machine, address: Value, size: Value, what: string, onFault: boolean): Value {
  const at = target(m, address);
  const n = pin(m, size, PAGE);
  if (!at || n === undefined) return 0;
  // mlock rounds to whole pages by itself, so an unaligned start is fine.
  const start = at.obj.address + at.off - ((at.obj.address + at.off) % PAGE);
  const r = rangeOf(m, start, n + (at.obj.address + at.off - start));
  if (!r) return 0;
  attributes(r, { locked: m.origin(what), by: m.origin(what) });
  if (!onFault) touch(m, r.obj, r.first * PAGE - r.pages.lead, (r.end - r.first) * PAGE, true);
  return 0;
}

function unmap(m: Machine, address: Value, size: Value): Value {
  const r = rangeOf(m, address, size);
  if (!r) return 0;
  announce(m, r, "EVENT_UNMAP", m.origin("munmap"));
  r.pages.mappings.set(r.first, r.end, { type: "none", prot: 0, mode: 0, by: m.origin("munmap") });
  r.pages.pages.set(r.first, r.end, { content: "hole", by: m.origin("munmap"), epoch: m.epoch });
  return 0;
}

function remap(m: Machine, args: readonly Value[]): Value {
  const [address, oldSize, newSize, flagsArg, to] = args;
  const r = rangeOf(m, address, oldSize);
  const length = roundUp(Math.max(1, pin(m, newSize, PAGE) ?? PAGE));
  const flags = toNumber(m, flagsArg) ?? 0;
  if (!r) return m.fresh();
  const count = length / PAGE;
  if (count <= r.end - r.first && !(flags & 6)) {
    if (count < r.end - r.first) r.pages.mappings.set(r.first + count, r.end, { type: "none", prot: 0, mode: 0 });
    return address;
  }
  const fixed = flags & 2 ? target(m, to) : undefined;
  const obj = fixed?.obj.pages ? fixed.obj : m.memory.allocate("mapping", "", length, PAGE, 0);
  const base = fixed?.obj.pages ? fixed.obj.pages.pageOf(fixed.off) : 0;
  if (!obj.pages) {
    obj.pages = new PageMap(count, { type: "anonymous", prot: 3, mode: 0 }, 0);
    m.memory.mapped.push(obj);
  }
  const by = m.origin("mremap");
  const kept = Math.min(count, r.end - r.first);
  for (const run of r.pages.mappings.over(r.first, r.first + kept)) {
    const { uffd } = run.v;
    const follows = uffd && uffd !== "unknown" && hasFeature(BigInt(uffd.features), "EVENT_REMAP");
    if (follows) {
      uffd.objects.add(obj);
      raiseEvent(m, uffd, by);
    }
    const moved = { ...run.v, uffd: follows || uffd === "unknown" ? uffd : undefined, by };
    obj.pages.mappings.set(base + run.start - r.first, base + run.end - r.first, moved);
  }
  for (const run of r.pages.pages.over(r.first, r.first + kept)) {
    obj.pages.pages.set(base + run.start - r.first, base + run.end - r.first, run.v);
  }
  copyRange(r.obj, r.first * PAGE - r.pages.lead, obj, base * PAGE, kept * PAGE);
  if (flags & 4) r.pages.pages.set(r.first, r.end, { content: "hole", by, epoch: m.epoch });
  else unmap(m, address, oldSize);
  return obj.address + base * PAGE;
}

export const MAPPINGS: Readonly<Record<string, External>> = {
  mmap: mapMemory,
  mmap64: mapMemory,
  munmap: (m, [p, n]) => unmap(m, p, n),
  mremap: remap,
  madvise: (m, [p, n, a]) => advise(m, p, n, a),
  posix_madvise: (m, [p, n, a]) => (toNumber(m, a) === MADV.DONTNEED ? 0 : advise(m, p, n, a)),
  mprotect(m, [p, n, prot]) {
    const r = rangeOf(m, p, n);
    const v = toNumber(m, prot);
    if (r && v !== undefined) attributes(r, { prot: v, by: m.origin("mprotect") });
    return 0;
  },
  pkey_mprotect: (m, [p, n, prot]) => MAPPINGS.mprotect?.(m, [p, n, prot]),
  mlock: (m, [p, n]) => lock(m, p, n, "mlock", false),
  mlock2: (m, [p, n, flags]) => lock(m, p, n, "mlock2", toNumber(m, flags) === 1),
  munlock(m, [p, n]) {
    const r = rangeOf(m, p, n);
    if (r) attributes(r, { locked: undefined, by: m.origin("munlock") });
    return 0;
  },
  mlockall(m, [flagsArg]) {
    const flags = toNumber(m, flagsArg) ?? 3;
    const by = m.origin("mlockall");
    if (flags & 2) m.lockFuture = by;
    if (flags & 1)
      for (const obj of m.memory.mapped)
        obj.pages?.mappings.update(0, obj.pages.count, (v) => (v.type === "none" ? v : { ...v, locked: by }));
    return 0;
  },
  munlockall(m) {
    m.lockFuture = undefined;
    for (const obj of m.memory.mapped)
      obj.pages?.mappings.update(0, obj.pages.count, (v) => ({ ...v, locked: undefined }));
    return 0;
  },
  shmat(m) {
    const obj = m.memory.allocate("mapping", "", 64 * PAGE, PAGE, 0);
    obj.pages = new PageMap(64, { type: "shared", prot: 3, mode: 0 }, 0);
    m.memory.mapped.push(obj);
    return obj.address;
  },
};
