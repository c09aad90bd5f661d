/** A recording opened as a file: the panel, for that file. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { RECORDING_EDITOR } from "../model/names";

export function registerRecordingEditor(app: Faultscope): vscode.Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
      if (uri.scheme !== "file") {
        throw new Error(
          "Faultscope reads recordings on the disk of the machine it runs on. Copy the file there first.",
        );
      }
      return { uri, dispose: () => undefined };
    },
    resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
      const added = app.pages.add({
        webview: panel.webview,
        visible: () => panel.visible,
        file: document.uri.fsPath,
      });
      const subscription = panel.onDidChangeViewState(() => {
        app.pages.updateVisibility();
        // The session follows the recording the user looks at.
        if (panel.active) app.background(`Opening ${document.uri.fsPath}`, added.page.openFile());
      });
      panel.onDidDispose(() => {
        subscription.dispose();
        added.dispose();
      });
    },
  };
  return vscode.window.registerCustomEditorProvider(RECORDING_EDITOR, provider, {
    supportsMultipleEditorsPerDocument: true,
  });
}
