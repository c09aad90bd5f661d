/** What the linker must know of each ioctl, made from the domain tables: does it bring a page, does it wake, what does its result mean. */
import { IOCTLS, type IoctlName, opName } from "../uffd/ioctls";

/**
 * What a successful call means to threads that wait for a page of its range: `page` brings one (or its poison),
 * `wake` only wakes, `release` ends the registration, `none` leaves them waiting.
 */
export type WaiterRole = "page" | "wake" | "release" | "none";

export interface OpTraits {
  readonly op: string;
  readonly role: WaiterRole;
  /** Mode bits that keep the waiters asleep. */
  readonly dontWake: number;
  /** Mode bits that turn the call into one that does not resolve (protecting instead of unprotecting). */
  readonly protect: number;
  /** The result field counts bytes. */
  readonly resultIsBytes: boolean;
}

const ROLES: Readonly<Partial<Record<IoctlName, WaiterRole>>> = {
  COPY: "page",
  ZEROPAGE: "page",
  MOVE: "page",
  CONTINUE: "page",
  POISON: "page",
  WRITEPROTECT: "page",
  WAKE: "wake",
  UNREGISTER: "release",
};

const known = new Map<number, OpTraits>(
  IOCTLS.map((ioctl) => {
    const bits = (name: RegExp): number =>
      ioctl.modes.filter((mode) => name.test(mode.name)).reduce((sum, mode) => sum | Number(mode.value), 0);
    return [
      ioctl.request,
      {
        op: ioctl.name,
        role: ROLES[ioctl.name] ?? "none",
        dontWake: bits(/_DONTWAKE$/),
        protect: bits(/^UFFDIO_WRITEPROTECT_MODE_WP$/),
        resultIsBytes: ioctl.resultField !== undefined,
      },
    ];
  }),
);

/** Traits of a request number; an unknown one has a name and resolves nothing that we know of. */
export function opTraits(request: number): OpTraits {
  return known.get(request) ?? { op: opName(request), role: "none", dontWake: 0, protect: 0, resultIsBytes: false };
}

export const EAGAIN = 11;
export const EEXIST = 17;

/** Bytes of the range that a call completed: all of them on success, what the result field says on a partial one. */
export function doneBytes(traits: OpTraits, errno: number, length: number, result: number): number {
  if (errno === 0) return traits.resultIsBytes && result > 0 ? Math.min(result, length) : length;
  return errno === EAGAIN && traits.resultIsBytes && result > 0 ? Math.min(result, length) : 0;
}
