/** What memory-management system calls leave behind in the memory of their process. */
import {
  IORING_PINS,
  IORING_UNPINS,
  MAP,
  MCL,
  MREMAP_DONTUNMAP,
  PR_SET_MEMORY_MERGE,
  SYSCALL,
} from "../../uffd/mmCalls";
import { EVENT_REMAP } from "../../uffd/traits";
import { applyAdvice } from "./adviceEffects";
import type { Event } from "./event";
import { type Mapping, PageState, pageValue, type Space } from "./space";
import type { World } from "./world";

/** Names of the calls, for evidence. */
const NAMES = new Map<number, string>(Object.entries(SYSCALL).map(([name, number]) => [number, name]));
const HIGH = 0x1_0000_0000;
const EVERYWHERE = Number.MAX_SAFE_INTEGER;

export function applyMmCall(world: World, event: Event): void {
  const { request, errno } = event;
  if (errno !== 0) return;
  const space = world.space(event.pid);
  const name = NAMES.get(request);
  if (name === undefined) return;
  if (request === SYSCALL.userfaultfd) world.created(event.pid, event.result, world.deed(name, event));
  else if (request === SYSCALL.io_uring_register) applyRing(world, space, event);
  else if (request === SYSCALL.close) close(world, space, event);
  else if (request === SYSCALL.madvise) applyAdvice(world, space, event);
  else applyToMappings(world, space, event, name);
}

function applyToMappings(world: World, space: Space, event: Event, name: string): void {
  const start = Math.floor(event.address / world.pageBytes);
  const end = start + Math.ceil(event.length / world.pageBytes);
  const deed = (): number => world.deed(name, event);
  switch (event.request) {
    case SYSCALL.mmap:
      map(space, event, deed(), start, end);
      return;
    case SYSCALL.munmap:
      unmap(space, deed(), start, end);
      return;
    case SYSCALL.mremap:
      remap(world, space, event, deed());
      return;
    case SYSCALL.mprotect: {
      const change = { protection: event.mode, protected: deed() };
      space.mappings.update(start, end, (mapping) => ({ ...mapping, ...change }));
      return;
    }
    case SYSCALL.mlock:
    case SYSCALL.mlock2:
      lock(space, start, end, true, deed());
      return;
    case SYSCALL.munlock:
      lock(space, start, end, false, deed());
      return;
    case SYSCALL.mlockall:
      lockAll(space, event.address, deed());
      return;
    case SYSCALL.munlockall:
      space.locksFuture = 0;
      lock(space, 0, EVERYWHERE, false, deed());
      return;
    case SYSCALL.prctl:
      if (event.mode === PR_SET_MEMORY_MERGE) {
        const force = {
          fromNs: event.timeNs,
          toNs: Number.POSITIVE_INFINITY,
          deed: world.deed("prctl(PR_SET_MEMORY_MERGE)", event),
        };
        space.mergeAll = event.source !== 0 ? force : undefined;
      }
      return;
    case SYSCALL.vmsplice:
      pin(space, event, start, end, deed(), true);
  }
}

function map(space: Space, event: Event, deed: number, start: number, end: number): void {
  const flags = Math.floor(event.mode / HIGH);
  const type = flags & MAP.typeMask;
  const locked = (flags & MAP.locked) !== 0 || space.locksFuture !== 0;
  const mapping: Mapping = {
    protection: event.mode % HIGH,
    shared: type === MAP.shared || type === MAP.sharedValidate,
    file: (flags & MAP.anonymous) === 0,
    huge: (flags & MAP.hugetlb) !== 0,
    locked,
    advice: "",
    mapped: deed,
    protected: deed,
    lockedBy: space.locksFuture || deed,
    advised: deed,
  };
  forget(space, start, end, deed);
  // What was registered here before was another mapping.
  space.registrations.delete(start, end);
  space.mappings.set(start, end, mapping);
  const populated = (flags & MAP.populate) !== 0 || (locked && (event.mode & 7) !== 0);
  // What a shared mapping shows is its file's, which others fill.
  const state = populated ? PageState.Populated : mapping.shared || mapping.file ? PageState.Unknown : PageState.Fresh;
  space.presence.set(start, end, pageValue(deed, state));
}

/** Attributes and registrations go with a mapping; a registration is kept as one that ended. */
function forget(space: Space, start: number, end: number, deed: number): void {
  space.registrations.update(start, end, (registration) =>
    registration.ended ? registration : { ...registration, ended: deed },
  );
  space.keptFromChildren.delete(start, end);
  space.mergeable.delete(start, end);
}

function unmap(space: Space, deed: number, start: number, end: number): void {
  forget(space, start, end, deed);
  space.mappings.delete(start, end);
  space.presence.set(start, end, pageValue(deed, PageState.Emptied));
}

function remap(world: World, space: Space, event: Event, deed: number): void {
  const from = Math.floor(event.address / world.pageBytes);
  const to = Math.floor(event.result / world.pageBytes);
  const old = Math.ceil(event.length / world.pageBytes);
  const now = Math.ceil(event.source / world.pageBytes);
  const mapping = space.mappings.at(from)?.value;
  if (to === from) {
    if (now < old) unmap(space, deed, from + now, from + old);
    else if (mapping) space.mappings.set(from, from + now, mapping);
    if (now > old) space.presence.set(from + old, from + now, pageValue(deed, PageState.Fresh));
    return;
  }
  const registrations = space.registrations.in(from, from + old);
  forget(space, to, to + now, deed);
  if ((event.mode & MREMAP_DONTUNMAP) === 0) unmap(space, deed, from, from + old);
  else space.presence.set(from, from + old, pageValue(deed, PageState.Emptied));
  if (mapping) space.mappings.set(to, to + now, mapping);
  // The pages came along; which of them were there is not asked.
  space.presence.set(to, to + now, pageValue(deed, PageState.Unknown));
  for (const { start, end, value } of registrations) {
    if (value.ended) continue;
    // Without the event the registration does not come along.
    const ended = ((value.uffd?.features ?? 0) & EVENT_REMAP) === 0 ? deed : 0;
    space.registrations.set(Math.max(start, from) - from + to, Math.min(end, from + old) - from + to, {
      ...value,
      ended,
    });
  }
}

function lock(space: Space, start: number, end: number, locked: boolean, deed: number): void {
  space.mappings.update(start, end, (mapping) =>
    mapping.locked === locked ? mapping : { ...mapping, locked, lockedBy: deed },
  );
}

function lockAll(space: Space, flags: number, deed: number): void {
  if ((flags & MCL.future) !== 0) space.locksFuture = deed;
  if ((flags & MCL.current) !== 0) lock(space, 0, EVERYWHERE, true, deed);
}

/** One row for each buffer that a ring pins; one for the call that lets them go. */
function applyRing(world: World, space: Space, event: Event): void {
  if (event.mode === IORING_UNPINS) {
    space.endPins(event.fd, event.timeNs);
    return;
  }
  if (!IORING_PINS.has(event.mode)) return;
  const start = Math.floor(event.address / world.pageBytes);
  const end = Math.ceil((event.address + event.length) / world.pageBytes);
  pin(space, event, start, end, world.deed("io_uring_register", event), false);
}

function pin(space: Space, event: Event, start: number, end: number, deed: number, spliced: boolean): void {
  const { fd, timeNs: fromNs } = event;
  space.addPin({ start, end, fromNs, toNs: Number.POSITIVE_INFINITY, fd: spliced ? -1 : fd, spliced, deed });
}

/** The last descriptor of a userfaultfd takes its registrations with it, that of a ring its pins. */
function close(world: World, space: Space, event: Event): void {
  if (!world.close(event.pid, event.fd, () => world.deed("close", event))) space.endPins(event.fd, event.timeNs);
}
