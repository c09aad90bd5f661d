/** The panel as a view at the bottom of the window. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { PANEL_VIEW } from "../model/names";
import { nameTargets } from "../model/statusText";

export function registerPanelView(app: Faultscope): vscode.Disposable {
  return vscode.window.registerWebviewViewProvider(PANEL_VIEW, {
    resolveWebviewView(view: vscode.WebviewView): void {
      const added = app.pages.add({ webview: view.webview, visible: () => view.visible });
      const describe = (): void => {
        const { state } = app.session;
        // An empty description is how VS Code takes one away.
        view.description = "targets" in state ? nameTargets(state.targets) : "";
      };
      describe();
      const subscriptions = [
        app.session.onState(describe),
        view.onDidChangeVisibility(() => app.pages.updateVisibility()),
      ];
      view.onDidDispose(() => {
        added.dispose();
        for (const subscription of subscriptions) subscription.dispose();
      });
    },
  });
}

/** Brings the panel up without taking the keyboard from the editor; an editor tab that shows it is as good. */
export async function showPanel(app: Faultscope): Promise<void> {
  if (app.pages.isShown) return;
  await vscode.commands.executeCommand(`${PANEL_VIEW}.focus`, { preserveFocus: true });
}
