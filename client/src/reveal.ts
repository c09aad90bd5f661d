/** Opens a call site in an editor. */
import { basename } from "node:path";
import * as vscode from "vscode";
import { bestMatches, directCandidates, missingSource } from "./model/sourcePath";

/** @param line counted from 1 */
export async function revealSource(recorded: string, line: number): Promise<void> {
  const file = await findSource(recorded);
  if (file === undefined) {
    void vscode.window.showWarningMessage(missingSource(recorded));
    return;
  }
  const document = await vscode.workspace.openTextDocument(file);
  const last = document.lineCount - 1;
  const at = document.lineAt(Math.min(line - 1, last));
  const position = new vscode.Position(at.lineNumber, at.firstNonWhitespaceCharacterIndex);
  // Beside what is being read already; where nothing is, beside the panel if that is an editor itself.
  const viewColumn = vscode.window.visibleTextEditors[0]?.viewColumn ?? columnForSources();
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn,
    selection: new vscode.Range(position, position),
  });
  editor.revealRange(at.range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  if (line - 1 > last) {
    void vscode.window.showWarningMessage(
      `${basename(recorded)} has ${document.lineCount} lines, the recording speaks of line ${line}: the source has changed since the program was built.`,
    );
  }
}

function columnForSources(): vscode.ViewColumn {
  const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
  const isPage = tab?.input instanceof vscode.TabInputWebview || tab?.input instanceof vscode.TabInputCustom;
  return isPage ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
}

async function findSource(recorded: string): Promise<vscode.Uri | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  for (const candidate of directCandidates(recorded, folders)) {
    const uri = vscode.Uri.file(candidate);
    if (await isFile(uri)) return uri;
  }
  const pattern = `**/${basename(recorded).replace(/[[\]{}*?]/g, "[$&]")}`;
  const found = await vscode.workspace.findFiles(pattern, "**/node_modules/**", 100);
  const matches = bestMatches(
    recorded,
    found.map(({ fsPath }) => fsPath),
  );
  const chosen = matches.length > 1 ? await choose(recorded, matches) : matches[0];
  return chosen === undefined ? undefined : vscode.Uri.file(chosen);
}

async function choose(recorded: string, matches: readonly string[]): Promise<string | undefined> {
  return vscode.window.showQuickPick([...matches], { title: `Which file is ${recorded}?` });
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) !== 0;
  } catch {
    // Not there, or not readable: the search goes on elsewhere.
    return false;
  }
}
