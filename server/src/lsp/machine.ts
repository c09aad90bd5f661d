/** Questions about the machine: which processes hold a userfaultfd, and what may be traced here. */
import type { Connection } from "vscode-languageserver";
import { type DoctorMethod, Methods, type TargetsMethod } from "#protocol/messages";

/** Where the answers come from. */
export interface Machine {
  listTargets(): Promise<TargetsMethod["result"]>;
  /** @param probeCommand what starts the probe, empty for the bundled one */
  examine(probeCommand: readonly string[]): Promise<DoctorMethod["result"]["checks"]>;
}

/** Answers `faultscope/targets` and `faultscope/doctor`; a failure is that request's error, with its reason. */
export function registerMachine(connection: Connection, machine: Machine, probeCommand: () => readonly string[]): void {
  connection.onRequest(Methods.targets, () => machine.listTargets());
  connection.onRequest(Methods.doctor, async () => ({ checks: await machine.examine(probeCommand()) }));
}
