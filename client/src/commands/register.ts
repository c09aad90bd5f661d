/** Every command of the table, registered for as long as the extension lives: each answers in every state. */
import * as vscode from "vscode";
import type { Faultscope } from "../faultscope";
import { COMMANDS, type CommandArguments, type CommandName } from "../model/names";
import { showPanel } from "../panel/panelView";
import { attach } from "./attach";
import { checkWorkspace } from "./checkWorkspace";
import { continueRecording } from "./continueRecording";
import { showDoctor } from "./doctor";
import { launch } from "./launch";
import { openRecording } from "./openRecording";
import { restartServer } from "./restartServer";
import { stop } from "./stop";

type Handlers = { readonly [K in CommandName]: (app: Faultscope, ...args: CommandArguments[K]) => unknown };

const HANDLERS: Handlers = {
  "faultscope.attach": attach,
  "faultscope.launch": launch,
  "faultscope.stop": stop,
  "faultscope.continue": continueRecording,
  "faultscope.open": openRecording,
  "faultscope.showPanel": showPanel,
  "faultscope.openPanelInEditor": (app) => app.tab.open(),
  "faultscope.checkWorkspace": checkWorkspace,
  "faultscope.doctor": showDoctor,
  "faultscope.showLog": (app) => app.log.show(),
  "faultscope.restartServer": restartServer,
};

export function registerCommands(app: Faultscope): vscode.Disposable {
  const names = Object.keys(HANDLERS) as CommandName[];
  return vscode.Disposable.from(...names.map((name) => registerCommand(app, name)));
}

/** Whatever goes wrong in a command is said once, with the way to the log. */
function registerCommand<K extends CommandName>(app: Faultscope, name: K): vscode.Disposable {
  const handler: (app: Faultscope, ...args: CommandArguments[K]) => unknown = HANDLERS[name];
  return vscode.commands.registerCommand(name, async (...args: CommandArguments[K]) => {
    try {
      return await handler(app, ...args);
    } catch (error) {
      app.log.error(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      void showFailure(app, `${COMMANDS[name].replace("…", "")}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  });
}

async function showFailure(app: Faultscope, message: string): Promise<void> {
  const choice = await vscode.window.showErrorMessage(message, "Show Log", "Restart Language Server");
  if (choice === "Show Log") app.log.show();
  if (choice === "Restart Language Server") await vscode.commands.executeCommand("faultscope.restartServer");
}
