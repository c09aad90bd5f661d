/** The one long-lived object of a window: what commands, views and status share. Made by `activate`, ended by `deactivate`. */
import * as vscode from "vscode";
import { LanguageServer } from "./languageServer/languageServer";
import { DisposableList } from "./model/disposables";
import { Memory } from "./model/memory";
import { SessionMirror } from "./model/sessionMirror";
import { Pages } from "./panel/pages";
import { PanelTab } from "./panel/panelTab";

export class Faultscope {
  readonly session = new SessionMirror();
  readonly memory: Memory;
  readonly server: LanguageServer;
  readonly pages: Pages;
  readonly tab: PanelTab;
  /** Lives as long as the extension. */
  readonly lifetime = new DisposableList();
  #closing = false;

  constructor(
    readonly extension: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.memory = new Memory(extension.workspaceState);
    this.server = new LanguageServer(extension.extensionUri, log, this.session);
    this.pages = this.lifetime.add(new Pages(this));
    this.tab = new PanelTab(extension.extensionUri, this.pages);
  }

  /** True once the window closes: what happens to the session now is not the user's doing. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Folder the user works in, for relative paths and new recordings. */
  get workspaceFolder(): vscode.WorkspaceFolder | undefined {
    const active = vscode.window.activeTextEditor?.document.uri;
    const ofActive = active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active);
    return ofActive ?? vscode.workspace.workspaceFolders?.[0];
  }

  /** Runs what nobody waits for; a failure is logged and, being unexpected, shown. */
  background(what: string, work: PromiseLike<unknown>): void {
    work.then(undefined, (error: unknown) => {
      this.log.error(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
      const message = `${what} failed: ${error instanceof Error ? error.message : String(error)}`;
      if (!this.#closing) void vscode.window.showErrorMessage(message);
    });
  }

  /** Completes a running recording, ends the server. */
  async close(): Promise<void> {
    this.#closing = true;
    this.lifetime.dispose();
    await this.server.stop();
    this.log.dispose();
  }
}
