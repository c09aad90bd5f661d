/** When recording could not start: one notification, with the way out as its actions. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import * as vscode from "vscode";
import { Methods } from "#protocol/messages";
import type { Problem } from "#protocol/session";
import type { Faultscope } from "./faultscope";
import { grantCommand, withElevation } from "./model/remedy";

const COPY = "Copy Command";
const GRANT = "Grant in Terminal";
const DOCTOR = "Doctor";
const LOG = "Show Log";

/** Does not wait for the user. @param retry starts the same recording again */
export function showStartProblem(app: Faultscope, problem: Problem, retry: () => Promise<unknown>): void {
  app.background("Helping with the problem", help(app, problem, retry));
}

async function help(app: Faultscope, problem: Problem, retry: () => Promise<unknown>): Promise<void> {
  const text = `${problem.message} ${problem.remedy}`;
  const command = problem.code === "no-privilege" ? await findGrant(app, problem) : undefined;
  const elevated = command === undefined ? undefined : withElevation(command, isOnPath);
  const actions = problem.code === "internal" ? [LOG] : [...(elevated === undefined ? [] : [COPY, GRANT]), DOCTOR];
  const choice = await vscode.window.showErrorMessage(text, ...actions);
  if (choice === DOCTOR) await vscode.commands.executeCommand("faultscope.doctor");
  if (choice === LOG) app.log.show();
  if (elevated === undefined) return;
  if (choice === COPY) await vscode.env.clipboard.writeText(elevated);
  if (choice === GRANT && (await runInTerminal(elevated))) await retry();
}

/** The command that grants the probe what it lacks: in the problem's own remedy, or in what Doctor says of this machine. */
async function findGrant(app: Faultscope, problem: Problem): Promise<string | undefined> {
  const named = grantCommand(problem);
  if (named !== undefined) return named;
  const { checks } = await app.server.request(Methods.doctor, null);
  return checks.map(grantCommand).find((command) => command !== undefined);
}

/** Runs a command where the user sees it and may type a password. Resolves true when it succeeded. */
function runInTerminal(command: string): Promise<boolean> {
  const script = `printf '%s\\n' "$0"; sh -c "$0" && exit 0; printf 'That failed. Press Enter to close.'; read -r _; exit 1`;
  const terminal = vscode.window.createTerminal({
    name: "Faultscope: grant",
    shellPath: "/bin/sh",
    shellArgs: ["-c", script, command],
    isTransient: true,
  });
  terminal.show();
  return new Promise((resolve) => {
    const subscription = vscode.window.onDidCloseTerminal((closed) => {
      if (closed !== terminal) return;
      subscription.dispose();
      resolve(closed.exitStatus?.code === 0);
    });
  });
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return folder !== "";
    } catch {
      // Not in this folder; the next may have it.
      return false;
    }
  });
}
