/** Bits and names that the attribution of causes asks for, made from the tables. */
import { FEATURES } from "./features";
import { ioctlByName } from "./ioctls";

/** The request on /dev/userfaultfd that creates a descriptor. */
export const NEW_DESCRIPTOR = "IOC_NEW";
export const UFFD_API = 0xaa;
export const REGISTER_MISSING = 1;
export const REGISTER_WP = 2;
export const REGISTER_MINOR = 4;
export const WRITEPROTECT_WP = 1;
export const WRITEPROTECT_DONTWAKE = 2;
/** Mode WP of COPY and CONTINUE. */
export const PLACE_WP = 2;

const bit = (name: string): number =>
  Number(FEATURES.find(({ macro }) => macro === `UFFD_FEATURE_${name}`)?.value ?? 0n);

export const WP_UNPOPULATED = bit("WP_UNPOPULATED") | bit("WP_ASYNC");
export const EVENT_FORK = bit("EVENT_FORK");
export const EVENT_REMAP = bit("EVENT_REMAP");
export const EVENTS = bit("EVENT_FORK") | bit("EVENT_REMAP") | bit("EVENT_REMOVE") | bit("EVENT_UNMAP");
/** All features of the table. */
export const KNOWN_FEATURES = FEATURES.reduce((all, { value }) => all | Number(value), 0);

/** Mode bits an ioctl knows; undefined for one that takes no mode. */
export function modeBits(op: string): number | undefined {
  const modes = ioctlByName(op)?.modes ?? [];
  return modes.length === 0 ? undefined : modes.reduce((all, { value }) => all | Number(value), 0);
}

/** Linux 6.18 and later may answer EEXIST, or a short count, for a page that UFFDIO_MOVE has moved. */
export const MOVE_MISREPORTS_SINCE = 6018;
