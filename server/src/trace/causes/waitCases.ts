/** Why a thread still waits for its page: the special cases by name. */
import type { Deed } from "./deeds";
import { type Suspect, suspect } from "./failure";
import type { OpenFault } from "./openFaults";
import { deedOf, PageState, type Space, stateOf } from "./space";
import type { World } from "./world";

export interface WaitContext {
  readonly world: World;
  readonly space: Space;
  readonly fault: OpenFault;
  /** Threads that read the descriptor's messages. */
  readonly readers: ReadonlySet<number> | undefined;
  /** Deeds by which processes ended. */
  readonly exits: ReadonlyMap<number, number>;
  /** When the page was last brought while somebody waited for it, 0 if never. */
  readonly broughtNs: number;
}

export function waitCase(context: WaitContext): Suspect {
  const { world, fault, readers, exits } = context;
  const sure = fault.waiting ? "certain" : "likely";
  const deed = (number: number): Deed | undefined => world.deeds.get(number);
  if (fault.dontWake > fault.exists) return suspect("dontwake", sure, deed(fault.dontWake));
  if (fault.exists) return suspect("eexist-not-woken", sure, deed(fault.exists));
  const dropped = droppedAgain(context);
  if (dropped) return suspect("dropped-again", sure, dropped);
  const alone = fault.tid !== 0 && readers?.size === 1 && readers.has(fault.tid);
  if (alone) return suspect("handler-deadlock", sure);
  if (!fault.delivered) return suspect("not-read", sure);
  const read = deed(fault.read);
  const exit = read && read.pid !== fault.pid ? exits.get(read.pid) : undefined;
  return exit ? suspect("handler-exited", sure, deed(exit)) : suspect("not-resolved", sure, read);
}

/** It came, and went before the thread could use it. */
function droppedAgain({ world, space, fault, broughtNs }: WaitContext): Deed | undefined {
  const value = space.presence.get(fault.page);
  if (broughtNs === 0 || stateOf(value) !== PageState.Emptied) return undefined;
  const deed = world.deeds.get(deedOf(value));
  return deed && deed.timeNs >= broughtNs ? deed : undefined;
}
