/** Health of the language server, in the list VS Code shows beside a file's language. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import type { ServerHealth } from "../languageServer/languageServer";
import { SOURCE_LANGUAGES } from "../model/names";

const TEXTS: Readonly<Record<ServerHealth, string>> = {
  stopped: "Language server not started",
  starting: "Language server starting",
  running: "Language server running",
  failed: "Language server stopped unexpectedly",
};

export function registerServerStatus(app: Faultscope): vscode.Disposable {
  const selector = SOURCE_LANGUAGES.map((language) => ({ language }));
  const item = vscode.languages.createLanguageStatusItem("faultscope.server", selector);
  item.name = "Faultscope";
  item.command = { title: "Restart", command: "faultscope.restartServer" };
  const draw = (health: ServerHealth): void => {
    item.text = TEXTS[health];
    item.busy = health === "starting";
    item.severity =
      health === "failed" ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  };
  draw(app.server.health);
  return vscode.Disposable.from(item, app.server.onHealth(draw));
}
