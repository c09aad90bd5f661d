/** What a recording says about the machine it was made on. */
import { arch, cpus, release } from "node:os";
import type { Addon, ProbeSession } from "../record/addon";
import type { MachineText } from "../recording/schema";

/** `limits`: what the preload library does not see; undefined when the probe records. */
export function describeMachine(
  { pageSize }: Pick<Addon, "pageSize">,
  { hooks, calibration }: Pick<ProbeSession, "hooks" | "calibration">,
  limits: readonly string[] | undefined,
): MachineText {
  return {
    kernel: release(),
    arch: arch(),
    cpus: cpus().length,
    pageSize,
    hooks,
    ...(limits === undefined ? {} : { via: "preload", limits }),
    ...(calibration === undefined ? {} : { calibration }),
  };
}
