/** Restart Language Server; a running recording is completed first, and that is said before. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { isBusy } from "../model/sessionMirror";

export async function restartServer(app: Faultscope): Promise<boolean> {
  if (isBusy(app.session.state)) {
    const what = "A recording is running. Restarting the language server ends it; the file is kept.";
    if ((await vscode.window.showWarningMessage(what, "Restart")) === undefined) return false;
  }
  await app.server.restart();
  vscode.window.setStatusBarMessage("Faultscope: language server restarted.", 5000);
  return true;
}
