/** Attach to Process…: pids as an argument, or a picker. */

import { Methods } from "#protocol/messages";
import type { Target } from "#protocol/session";
import type { Faultscope } from "../faultscope";
import { parsePids } from "../model/commandArguments";
import { nameTargets } from "../model/statusText";
import { mayRecord, record } from "../record";
import { pickTarget } from "./targetPicker";

/** @param argument `pid` or `{ pids }` */
export async function attach(app: Faultscope, argument?: unknown): Promise<boolean> {
  const pids = parsePids(argument);
  if (typeof pids === "string") throw new Error(pids);
  if (!(await mayRecord())) return false;
  if (pids !== undefined) {
    const { targets } = await app.server.request(Methods.targets, null);
    const known = pids.flatMap((pid): readonly Target[] => targets.filter((target) => target.pid === pid));
    // A process that is not listed is tried all the same: the recorder says best what is wrong with it.
    return record(app, { kind: "attach", pids, name: nameOf(known, pids) });
  }
  const target = await pickTarget(app);
  if (target === undefined) return false;
  await app.memory.setLastAttached(target.command);
  return record(app, { kind: "attach", pids: [target.pid], name: nameOf([target], [target.pid]) });
}

/** Name for the file: the program's, or the pid where it is not known. */
function nameOf(targets: readonly Target[], pids: readonly number[]): string {
  const [first] = targets;
  return first === undefined ? `pid${pids[0]}` : nameTargets([first]);
}
