/** What a recording says about the machine it was made on. */
import { readFileSync } from "node:fs";
import { arch, cpus, release } from "node:os";
import type { ProbeSession } from "../record/addon";
import type { MachineText } from "../recording/schema";

const AT_PAGESZ = 6n;

/** Page size from the auxiliary vector (getauxval(3)), which has it on every architecture. */
export function pageSize(auxv: Uint8Array = readFileSync("/proc/self/auxv")): number {
  const view = new DataView(auxv.buffer, auxv.byteOffset, auxv.byteLength);
  for (let at = 0; at + 16 <= auxv.byteLength; at += 16) {
    if (view.getBigUint64(at, true) === AT_PAGESZ) return Number(view.getBigUint64(at + 8, true));
  }
  throw new Error("The auxiliary vector does not give the page size.");
}

export function describeMachine(probe: Pick<ProbeSession, "hooks" | "calibration">): MachineText {
  const machine = { kernel: release(), arch: arch(), cpus: cpus().length, pageSize: pageSize(), hooks: probe.hooks };
  return probe.calibration === undefined ? machine : { ...machine, calibration: probe.calibration };
}
