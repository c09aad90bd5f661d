/** The status bar item: drawn from the session and nothing else. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { statusText } from "../model/statusText";

const BACKGROUNDS = {
  normal: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
};

export function registerStatusItem(app: Faultscope): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("faultscope.session", vscode.StatusBarAlignment.Left, 50);
  item.name = "Faultscope";
  const draw = (): void => {
    const status = statusText(app.session.state, app.session.progress, Date.now());
    if (status === undefined) {
      item.hide();
      return;
    }
    item.text = status.text;
    item.tooltip = status.tooltip;
    item.command = status.command;
    item.accessibilityInformation = { label: status.label, role: "button" };
    item.backgroundColor = BACKGROUNDS[status.severity];
    item.show();
  };
  const subscriptions = [app.session.onState(draw), app.session.onProgress(draw), item];
  return vscode.Disposable.from(...subscriptions);
}
