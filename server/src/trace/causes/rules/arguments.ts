/** Clauses that the arguments of a call break by themselves. */
import type { ObservedName } from "../../../uffd/observed";
import { modeBits, WRITEPROTECT_DONTWAKE, WRITEPROTECT_WP } from "../../../uffd/traits";
import { certain, type Failure, type Verdict } from "../failure";

/** User addresses end here on every x86-64 with five levels of page tables; with four, far below. */
const LAST_ADDRESS = 2 ** 56;
const TRANSFERS: ReadonlySet<string> = new Set(["COPY", "MOVE"]);

export function explainArguments({ event, traits, world }: Failure): Verdict | undefined {
  const { op } = traits;
  const said = (kind: ObservedName, side?: string): Verdict => certain(kind, undefined, side);
  const mask = world.pageBytes - 1;
  const [address, source, length] = [event.lowBits & 0xffff, (event.lowBits >>> 16) & 0xffff, event.length % 65_536];
  if (event.length === 0) return said("length");
  const place = TRANSFERS.has(op) ? "the destination" : "the start";
  if ((address & mask) !== 0) return said("alignment", place);
  if ((length & mask) !== 0) return said("alignment", "the length");
  if (op === "MOVE" && (source & mask) !== 0) return said("alignment", "the source");
  const highest = Math.max(event.address, op === "MOVE" ? event.source : 0);
  if (highest + event.length > LAST_ADDRESS) return said("address-range");
  const known = modeBits(op);
  if (known !== undefined && (event.mode > known || (event.mode & ~known) !== 0)) {
    return said("mode", `0x${event.mode.toString(16)}`);
  }
  if (op === "REGISTER" && event.mode === 0) return said("mode", "0");
  const both = WRITEPROTECT_WP | WRITEPROTECT_DONTWAKE;
  if (op === "WRITEPROTECT" && (event.mode & both) === both) return said("mode", "0x3 (WP with DONTWAKE)");
  return undefined;
}
