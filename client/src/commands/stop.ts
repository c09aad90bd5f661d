/** Stop Recording; while a file is being read it cancels that. */
import * as vscode from "vscode";
import { Methods } from "#protocol/messages";
import type { Faultscope } from "../faultscope";
import { isBusy } from "../model/sessionMirror";

/** Resolves with the complete file, or undefined when nothing was running. */
export async function stop(app: Faultscope): Promise<string | undefined> {
  const { state } = app.session;
  if (!isBusy(state) && state.phase !== "opening") {
    void vscode.window.showInformationMessage(
      "Faultscope is not recording. Attach to a process or launch a program first.",
    );
    return undefined;
  }
  const { file } = await app.server.request(Methods.stop, null);
  return file ?? undefined;
}
