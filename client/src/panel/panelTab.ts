/** The panel as an editor tab: one a window, and it comes back with the window. */
import * as vscode from "vscode";
import { PANEL_TAB } from "../model/names";
import type { Pages } from "./pages";

export class PanelTab {
  #shown: vscode.WebviewPanel | undefined;

  constructor(
    readonly extensionUri: vscode.Uri,
    readonly pages: Pages,
  ) {}

  /** Opens the tab; one that is open is brought to the front. */
  open(): void {
    if (this.#shown !== undefined) this.#shown.reveal();
    else this.#fill(vscode.window.createWebviewPanel(PANEL_TAB, "Faultscope", vscode.ViewColumn.Active));
  }

  /** Takes part in restoring the window. */
  register(): vscode.Disposable {
    return vscode.window.registerWebviewPanelSerializer(PANEL_TAB, {
      deserializeWebviewPanel: async (panel: vscode.WebviewPanel) => this.#fill(panel),
    });
  }

  #fill(panel: vscode.WebviewPanel): void {
    this.#shown = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "client", "media", "icon.svg");
    const added = this.pages.add({ webview: panel.webview, visible: () => panel.visible });
    const subscription = panel.onDidChangeViewState(() => this.pages.updateVisibility());
    panel.onDidDispose(() => {
      if (this.#shown === panel) this.#shown = undefined;
      subscription.dispose();
      added.dispose();
    });
  }
}
