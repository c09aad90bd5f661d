import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { startServer } from "../../scripts/lib/codeServer.mjs";
import { createProfile, type themes } from "../../scripts/lib/profile.mjs";
import { launchBrowser, openPage, screenshot } from "./browser.ts";
import { logErrors } from "./hostLog.ts";
import { Workbench } from "./workbench.ts";

export interface VscodeOptions {
  /** The folder to open. */
  readonly folder: string;
  readonly theme?: keyof typeof themes;
  readonly settings?: Record<string, unknown>;
  /** False leaves workspace trust switched on. */
  readonly trusted?: boolean;
}

/** A running VS Code with the packaged extension, a browser and a page in it. */
export interface Vscode {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly url: string;
  readonly logs: string;
  /** Errors of console, extension host and server so far. Expected ones are what the test itself provoked. */
  errors(): readonly string[];
  shot(name: string): Promise<void>;
  /** Reloads the window. What the page that is thrown away complains of meanwhile is not counted as an error. */
  reload(): Promise<void>;
  /** Ends everything and deletes the profile. */
  stop(): Promise<void>;
}

/** The extensions folder into which the run's global setup installed the packaged extension. */
function extensionsFolder(): string {
  const folder = process.env.FAULTSCOPE_E2E_EXTENSIONS;
  if (folder === undefined) throw new Error("The end-to-end tests run through `npm test -- --only e2e`.");
  return folder;
}

/** Starts VS Code on a folder and waits until its workbench is there. */
export async function startVscode(options: VscodeOptions): Promise<Vscode> {
  const { folder, theme = "dark", settings = {}, trusted = true } = options;
  const profile = createProfile({ theme, settings, extensions: extensionsFolder() });
  const server = await startServer({ profile, trusted });
  let browser: Browser | undefined;
  const stop = async (): Promise<void> => {
    await browser?.close();
    await server.stop();
    profile.remove();
  };
  try {
    browser = await launchBrowser();
    const { page, errors } = await openPage(browser);
    const workbench = new Workbench(page);
    await workbench.open(server.url(folder));
    return {
      page,
      workbench,
      url: server.url(folder),
      logs: profile.logs,
      errors: () => [...errors, ...logErrors(join(profile.logs))],
      shot: (name) => screenshot(page, name),
      async reload() {
        const before = errors.length;
        await workbench.open(server.url(folder));
        errors.splice(before);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
