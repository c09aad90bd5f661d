import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../scripts/lib/browser.mjs";

/** Where screenshots go; kept after the run so that somebody can look at them. */
export const outFolder = join(import.meta.dirname, "..", "out");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser that plays the user. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error("No Chromium found; `npm test` installs it.");
  return chromium.launch({ executablePath, args: flags });
}

/** A page that remembers what went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of the console and uncaught exceptions, in the order they came. */
  readonly errors: string[];
}

/** Messages of VS Code in a browser that are not about us. Each names its reason. */
const harmless: readonly RegExp[] = [
  // code-server has none of Microsoft's signing module; the workbench asks for it and goes on without.
  /node_modules\/vsda\//,
  // VS Code's own sign-in may be late on a busy machine; nobody signs in here.
  /authentication provider '\w+' to register/,
];

/** Opens a page of a size that screenshots can be compared at. */
export async function openPage(browser: Browser): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  // A machine that does other things besides may keep a user waiting; conditions that hold are seen at once all the same.
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const errors: string[] = [];
  const note = (text: string): void => {
    if (!harmless.some((pattern) => pattern.test(text))) errors.push(text);
  };
  page.on("pageerror", (error) => note(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") note(`console: ${message.text()} (${message.location().url})`);
  });
  return { page, errors };
}

/** Takes a picture of the whole window into e2e/out/NAME.png. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!existsSync(outFolder)) mkdirSync(outFolder, { recursive: true });
  await page.screenshot({ path: join(outFolder, `${name}.png`) });
}
