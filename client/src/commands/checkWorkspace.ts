/** Check Workspace: the server checks every source; its findings are then in the Problems view. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";

const SHOW_PROBLEMS = "Show Problems";
const SHOW_LOG = "Show Log";

/** Resolves to false when the user cancelled it. */
export async function checkWorkspace(app: Faultscope): Promise<boolean> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Faultscope", cancellable: true };
  const result = await vscode.window.withProgress(options, async (progress, token) => {
    let shown = 0;
    try {
      return await app.server.checkWorkspace(token, (percentage = shown, message) => {
        progress.report({ increment: percentage - shown, ...(message === undefined ? {} : { message }) });
        shown = percentage;
      });
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  });
  if (result === undefined) return false;
  for (const problem of result.problems) app.log.warn(`Check Workspace: ${problem}`);
  app.background("Showing the result", tell(result.summary, result.problems.length));
  return true;
}

async function tell(summary: string, leftOut: number): Promise<void> {
  const choice =
    leftOut === 0
      ? await vscode.window.showInformationMessage(summary, SHOW_PROBLEMS)
      : await vscode.window.showWarningMessage(`${summary} Something was left out.`, SHOW_PROBLEMS, SHOW_LOG);
  if (choice === SHOW_PROBLEMS) await vscode.commands.executeCommand("workbench.actions.view.problems");
  if (choice === SHOW_LOG) await vscode.commands.executeCommand("faultscope.showLog");
}
