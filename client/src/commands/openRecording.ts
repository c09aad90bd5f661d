/** Open Recording…: a path or Uri as an argument, or a file dialog. Opens it as the panel in an editor tab. */
import { existsSync } from "node:fs";
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { RECORDING_EDITOR } from "../model/names";
import { currentFolder } from "../recordings";

/** @param argument path or Uri */
export async function openRecording(app: Faultscope, argument?: unknown): Promise<void> {
  const uri = argument === undefined || argument === null ? await askForFile(app) : toUri(argument);
  if (uri === undefined) return;
  if (uri.scheme === "file" && !existsSync(uri.fsPath)) throw new Error(`${uri.fsPath} does not exist.`);
  await vscode.commands.executeCommand("vscode.openWith", uri, RECORDING_EDITOR);
}

function toUri(argument: unknown): vscode.Uri {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument === "string" && argument !== "") return vscode.Uri.file(argument);
  throw new Error("Open takes the path of a recording.");
}

async function askForFile(app: Faultscope): Promise<vscode.Uri | undefined> {
  const folder = currentFolder(app);
  const start = existsSync(folder) ? vscode.Uri.file(folder) : app.workspaceFolder?.uri;
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: "Open a recording",
      openLabel: "Open Recording",
      filters: { "Faultscope recordings": ["faultscope"], "All files": ["*"] },
      ...(start === undefined ? {} : { defaultUri: start }),
    })) ?? [];
  return chosen;
}
