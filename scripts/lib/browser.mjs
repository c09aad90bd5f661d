// The Chromium the end-to-end tests drive: the distribution's, or the one playwright fetches where there is none.
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { which } from "./run.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A snap's browser cannot be driven from outside its sandbox; Ubuntu's `chromium` is one. */
const isSnap = (file) => realpathSync(file).includes("/snap") || file.startsWith("/snap/");

/** Where playwright keeps the browsers it fetched. */
function fetched() {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), ".cache", "ms-playwright");
  if (!existsSync(cache)) return undefined;
  return readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .flatMap((name) => ["chrome-linux64", "chrome-linux"].map((folder) => join(cache, name, folder, "chrome")))
    .find((file) => existsSync(file));
}

/** Path of a browser that can be driven, or undefined. `CHROMIUM` in the environment names one. */
export function findBrowser() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return named;
  const file = names.map((name) => which(name)).find((found) => found !== undefined && !isSnap(found));
  return file ?? fetched();
}
