/** Entry of the extension host: wires, and does nothing else. */
import * as vscode from "vscode";
import { registerDoctorDocument } from "./commands/doctor";
import { registerCommands } from "./commands/register";
import { Faultscope } from "./faultscope";
import { SOURCE_LANGUAGES } from "./model/names";
import { registerPanelView } from "./panel/panelView";
import { registerRecordingEditor } from "./panel/recordingEditor";
import { registerRemembering } from "./remembering";
import { resumeAfterReload } from "./resume";
import { registerServerStatus } from "./status/serverStatus";
import { registerStatusItem } from "./status/statusItem";

let faultscope: Faultscope | undefined;

export function activate(extension: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Faultscope", { log: true });
  const app = new Faultscope(extension, log);
  faultscope = app;
  app.lifetime.add(registerCommands(app));
  app.lifetime.add(registerDoctorDocument());
  app.lifetime.add(registerPanelView(app));
  app.lifetime.add(app.tab.register());
  app.lifetime.add(registerRecordingEditor(app));
  app.lifetime.add(registerStatusItem(app));
  app.lifetime.add(registerServerStatus(app));
  app.lifetime.add(registerRemembering(app));
  app.lifetime.add(startServerWithSources(app));
  app.background("Reopening the interrupted recording", resumeAfterReload(app));
}

export async function deactivate(): Promise<void> {
  await faultscope?.close();
  faultscope = undefined;
}

/** The server starts with the first source it can analyse; sessions start it on their own. */
function startServerWithSources(app: Faultscope): vscode.Disposable {
  const languages: readonly string[] = SOURCE_LANGUAGES;
  const look = (document: vscode.TextDocument): void => {
    if (app.server.health !== "stopped" || !languages.includes(document.languageId)) return;
    app.background("Starting the language server", app.server.ensure());
  };
  vscode.workspace.textDocuments.forEach(look);
  return vscode.workspace.onDidOpenTextDocument(look);
}
