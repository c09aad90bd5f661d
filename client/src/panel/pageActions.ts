/** What the page may ask for. Everything it sends is checked first. */
import * as vscode from "vscode";
import type { WebviewToHost } from "#protocol/panel";
import { PAGE_COMMANDS, parsePageMessage } from "../model/pageMessages";
import { revealSource } from "../reveal";
import type { Page } from "./page";
import type { PageApp } from "./pageApp";

export function handlePageMessage(app: PageApp, page: Page, value: unknown): void {
  const message = parsePageMessage(value);
  if (message === undefined) app.log.warn("The panel's page sent a message that is none of ours; it was ignored.");
  else app.background(`The panel's request "${message.type}"`, act(app, page, message));
}

async function act(app: PageApp, page: Page, message: WebviewToHost): Promise<void> {
  switch (message.type) {
    case "ready":
      return page.draw();
    case "command":
      await vscode.commands.executeCommand(PAGE_COMMANDS[message.command]);
      return;
    case "attachTo":
      if (page.isOffered(message.pid)) await vscode.commands.executeCommand("faultscope.attach", message.pid);
      else app.log.warn(`The panel's page asked for pid ${message.pid}, which it was not offered.`);
      return;
    case "reveal":
      return revealSource(message.file, message.line);
    case "copy":
      await vscode.env.clipboard.writeText(message.text);
      vscode.window.setStatusBarMessage("Copied to the clipboard.", 3000);
      return;
  }
}
