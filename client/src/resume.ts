/** After a reload or a crash of the window: shows the recording that was running and offers to go on. */
import { basename } from "node:path";
import * as vscode from "vscode";
import { Methods } from "#protocol/messages";
import type { Faultscope } from "./faultscope";
import type { RememberedTarget } from "./model/memory";
import { processIdentity } from "./model/processIdentity";
import { nameTargets } from "./model/statusText";
import { showPanel } from "./panel/panelView";

/** How long the previous window's server may take to complete the file. */
const COMPLETE_MS = 6000;

export async function resumeAfterReload(app: Faultscope): Promise<void> {
  const running = app.memory.running;
  if (running === undefined) return;
  await app.memory.setRunning(undefined);
  app.log.info(`A recording was running when the window closed: ${running.file}`);
  if (running.serverPid !== undefined) await processEnd(running.serverPid, COMPLETE_MS);
  const { problem } = await app.server.request(Methods.open, { file: running.file });
  await showPanel(app);
  const name = `The recording of ${nameTargets(running.targets)}`;
  if (problem !== null) {
    void vscode.window.showWarningMessage(`${name} was interrupted. ${problem.message} ${problem.remedy}`);
    return;
  }
  const saved = `${name} ended with the window; ${basename(running.file)} holds it.`;
  const alive = await stillAlive(running.targets);
  if (alive.length === 0) {
    void vscode.window.showInformationMessage(`${saved} The process has ended since.`);
    return;
  }
  const choice = await vscode.window.showInformationMessage(`${saved} The process still runs.`, "Continue Recording");
  if (choice !== undefined) await vscode.commands.executeCommand("faultscope.continue");
}

/** Those targets that are still the same process as when they were remembered. */
export async function stillAlive(targets: readonly RememberedTarget[]): Promise<readonly RememberedTarget[]> {
  const now = await Promise.all(targets.map(({ pid }) => processIdentity(pid)));
  return targets.filter(({ identity }, i) => identity !== undefined && identity === now[i]);
}

async function processEnd(pid: number, withinMs: number): Promise<void> {
  const until = Date.now() + withinMs;
  while (Date.now() < until && (await processIdentity(pid)) !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
