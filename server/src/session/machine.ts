/** What a recording says about the machine it was made on. */
import { arch, cpus, release } from "node:os";
import type { Addon, ProbeSession } from "../record/addon";
import type { MachineText } from "../recording/schema";

export function describeMachine(
  { pageSize }: Pick<Addon, "pageSize">,
  { hooks, calibration }: Pick<ProbeSession, "hooks" | "calibration">,
): MachineText {
  const machine = { kernel: release(), arch: arch(), cpus: cpus().length, pageSize, hooks };
  return calibration === undefined ? machine : { ...machine, calibration };
}
