import type { Locator, Page } from "playwright-core";
import { until } from "./until.ts";

/** What a user does with VS Code's own parts: palette, pickers, editors, problems, notifications, status bar. */
export class Workbench {
  constructor(readonly page: Page) {}

  /** Opens an address and waits for the workbench to be there. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator(".monaco-workbench").waitFor({ timeout: 60_000 });
  }

  /** The input of the quick pick that is open. */
  get input(): Locator {
    return this.page.locator(".quick-input-widget input[type=text]");
  }

  /** An entry of the quick pick that is open. */
  option(name: string | RegExp): Locator {
    return this.page.locator(".quick-input-widget").getByRole("option", { name }).first();
  }

  /**
   * Runs a command through the palette, by the words a user reads there. A palette that was open before the extension
   * was known does not learn of it, so it is opened again until the command is offered, each time with more patience.
   */
  async command(title: string): Promise<void> {
    let patienceMs = 1000;
    await until(`the palette offers "${title}"`, async () => {
      patienceMs *= 2;
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("F1");
      await this.input.waitFor({ timeout: patienceMs });
      await this.input.fill(`>${title}`, { timeout: patienceMs });
      await this.option(title).click({ timeout: patienceMs });
      // A pointer left in place would raise tooltips over what comes next.
      await this.page.mouse.move(700, 450);
      return true;
    });
  }

  /** Chooses an entry of the quick pick that is open, once it is listed; `filter` is typed first. */
  async pick(name: string | RegExp, filter?: string): Promise<void> {
    await this.input.waitFor();
    if (filter !== undefined) await this.input.fill(filter);
    await this.option(name).click();
  }

  /** Types an answer into the input box that is open. */
  async answer(text: string): Promise<void> {
    await this.input.waitFor();
    await this.input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Opens a file of the workspace, by its path in it. */
  async openFile(path: string): Promise<void> {
    let patienceMs = 1000;
    await until(`quick open offers ${path}`, async () => {
      patienceMs *= 2;
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("Control+p");
      await this.input.waitFor({ timeout: patienceMs });
      await this.input.fill(path, { timeout: patienceMs });
      const base = path.slice(path.lastIndexOf("/") + 1);
      await this.option(new RegExp(base.replaceAll(".", "\\."))).click({ timeout: patienceMs });
      return true;
    });
    await this.editorTab(path).waitFor();
  }

  /** The tab of an open editor. */
  editorTab(path: string): Locator {
    const base = path.slice(path.lastIndexOf("/") + 1);
    return this.page.getByRole("tab", { name: new RegExp(base.replaceAll(".", "\\.")) }).first();
  }

  /** An item of the status bar, by what it shows or is called. */
  status(name: string | RegExp): Locator {
    return this.page.locator("footer, .part.statusbar").getByRole("button", { name }).first();
  }

  /** Cursor line of the editor in front, from the status bar. */
  async cursorLine(): Promise<number | undefined> {
    const text = await this.status(/Ln \d+/).textContent();
    const line = /Ln (\d+)/.exec(text ?? "")?.[1];
    return line === undefined ? undefined : Number(line);
  }

  /** A notification that holds a text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notifications-toasts, .notifications-center").getByText(text).first();
  }

  /** The modal dialog in front, if any. */
  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  /** Squiggles of a severity in the editor in front. */
  squiggles(severity: "warning" | "info" | "hint" | "error"): Locator {
    return this.page.locator(`.editor-instance .squiggly-${severity}, .monaco-editor .squiggly-${severity}`);
  }

  /** Closes every notification, so that pictures and later steps are not covered. */
  async clearNotifications(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
  }

  /** Rows of the Problems view, which is brought to the front. */
  async problems(): Promise<Locator> {
    await this.command("Problems: Focus on Problems View");
    return this.page.locator(".markers-panel").getByRole("treeitem");
  }
}
