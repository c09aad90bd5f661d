/** Continue Recording: attaches to the processes of the last recording again, if they are still the same ones. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { nameTargets } from "../model/statusText";
import { mayRecord, record } from "../record";
import { stillAlive } from "../resume";

export async function continueRecording(app: Faultscope): Promise<boolean> {
  if (!(await mayRecord())) return false;
  const remembered = app.memory.lastTargets;
  const alive = await stillAlive(remembered);
  if (alive.length === 0) {
    const why =
      remembered.length === 0
        ? "Nothing has been recorded in this workspace yet."
        : `${nameTargets(remembered)} has ended.`;
    const choice = await vscode.window.showInformationMessage(why, "Attach to Process…");
    if (choice !== undefined) await vscode.commands.executeCommand("faultscope.attach");
    return false;
  }
  return record(app, { kind: "attach", pids: alive.map(({ pid }) => pid), name: nameTargets(alive.slice(0, 1)) });
}
