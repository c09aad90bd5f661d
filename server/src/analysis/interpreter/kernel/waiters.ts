import { diagnosticCode } from "../../../uffd/codes";
import type { Machine } from "../machine";
import type { CallRecord } from "../record";
import type { UffdCall } from "./call";

const WRITEPROTECT_DONTWAKE = 2;
const DONTWAKE = 1;

/** The threads that wait for pages of the range are woken by this call, or left to a later UFFDIO_WAKE. */
export function settleWaiters(m: Machine, call: UffdCall, r: CallRecord): void {
  const { name } = call.ioctl;
  if (!r.range || name === "API" || name === "REGISTER") return;
  const { start, end } = r.range;
  const quiet = name === "WRITEPROTECT" ? WRITEPROTECT_DONTWAKE : DONTWAKE;
  const leaves = name !== "WAKE" && name !== "UNREGISTER" && (r.mode & quiet) !== 0;
  for (const w of m.waiters) {
    if (w.address < start || w.address >= end) continue;
    if (leaves) w.left = r;
    else w.woken = true;
  }
}

/** A message was served: whoever was resolved without a wake-up by then stays blocked. */
export function closeWaiter(m: Machine, address: number): void {
  const at = m.waiters.findIndex((w) => w.address === address);
  const w = m.waiters[at];
  if (!w) return;
  m.waiters.splice(at, 1);
  if (w.woken || !w.left || w.left.finding) return;
  const macro = `UFFDIO_${w.left.op}`;
  w.left.finding = {
    code: "never-woken",
    errno: 0,
    certainty: "certain",
    message: `${macro} places the page with DONTWAKE, and the thread that faulted on it is not woken afterwards. ${diagnosticCode("never-woken")?.cure ?? ""}`,
    causes: [],
  };
}
