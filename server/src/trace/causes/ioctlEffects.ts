/** What a UFFDIO_* call that did something leaves behind in the memory it is about. */
import { NEW_DESCRIPTOR, WP_UNPOPULATED, WRITEPROTECT_WP } from "../../uffd/traits";
import { doneBytes, type OpTraits } from "../ops";
import type { Event } from "./event";
import { PageState, pageValue, type Space, stateOf, type Uffd } from "./space";
import type { World } from "./world";

/** MOVE with ALLOW_SRC_HOLES leaves the destination of a hole empty: looked at page by page up to this many. */
const MAX_HOLES = 512;
const ALLOW_SRC_HOLES = 2;

export function applyIoctl(world: World, traits: OpTraits, event: Event): void {
  if (traits.op === NEW_DESCRIPTOR) {
    if (event.errno === 0) world.created(event.pid, event.result, world.deed(traits.op, event));
    return;
  }
  const uffd = world.uffd(event.pid, event.fd);
  if (traits.op === "API") {
    if (event.errno !== 0) return;
    // What the call returns are all features of the kernel; in force are those asked for.
    uffd.features = event.mode;
    uffd.handshake = world.deed("API", event);
    return;
  }
  const done = doneBytes(traits, event.errno, event.length, event.result);
  const { space } = uffd;
  if (done <= 0 || space === undefined) return;
  const start = Math.floor(event.address / world.pageBytes);
  const end = start + Math.ceil(done / world.pageBytes);
  applyRange(world, traits.op, { event, uffd, space, start, end });
}

interface Done {
  readonly event: Event;
  readonly uffd: Uffd;
  readonly space: Space;
  readonly start: number;
  readonly end: number;
}

function applyRange(world: World, op: string, { event, uffd, space, start, end }: Done): void {
  switch (op) {
    case "COPY":
    case "CONTINUE":
      space.presence.set(start, end, pageValue(world.deed(op, event), PageState.Populated));
      return;
    case "ZEROPAGE":
      space.presence.set(start, end, pageValue(world.deed(op, event), PageState.Zero));
      return;
    case "POISON":
      space.presence.set(start, end, pageValue(world.deed(op, event), PageState.Marker));
      return;
    case "MOVE":
      move(world, { event, uffd, space, start, end });
      return;
    case "REGISTER": {
      const registration = { uffd, mode: event.mode, deed: world.deed(op, event), timeNs: event.timeNs, ended: 0 };
      space.registrations.set(start, end, registration);
      return;
    }
    case "UNREGISTER": {
      const ended = world.deed(op, event);
      space.registrations.update(start, end, (value) => ({ ...value, ended }));
      return;
    }
    case "WRITEPROTECT":
      protect(world, { event, uffd, space, start, end });
  }
}

function move(world: World, { event, space, start, end }: Done): void {
  const source = Math.floor(event.source / world.pageBytes);
  const deed = world.deed("MOVE", event);
  const holes = (event.mode & ALLOW_SRC_HOLES) !== 0 && end - start <= MAX_HOLES;
  const empty: boolean[] = [];
  for (let page = 0; holes && page < end - start; page++) {
    const state = stateOf(space.presence.get(source + page));
    empty.push(state === PageState.Emptied || state === PageState.Fresh);
  }
  space.presence.set(source, source + end - start, pageValue(deed, PageState.Emptied));
  if (!empty.includes(true)) {
    space.presence.set(start, end, pageValue(deed, PageState.Populated));
    return;
  }
  for (let page = 0; page < end - start; page++) {
    if (!empty[page]) space.presence.set(start + page, start + page + 1, pageValue(deed, PageState.Populated));
  }
}

/** On holes of anonymous memory protection leaves markers where the feature asks for it. */
function protect(world: World, { event, uffd, space, start, end }: Done): void {
  if ((event.mode & WRITEPROTECT_WP) === 0) return;
  if ((uffd.features & WP_UNPOPULATED) === 0 || end - start > MAX_HOLES) return;
  const deed = world.deed("WRITEPROTECT", event);
  for (let page = start; page < end; page++) {
    const state = stateOf(space.presence.get(page));
    if (state === PageState.Emptied || state === PageState.Fresh) {
      space.presence.set(page, page + 1, pageValue(deed, PageState.Marker));
    }
  }
}
