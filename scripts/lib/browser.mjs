// The Chromium the end-to-end tests drive: the distribution's, or the one from the npm registry where there is none.
import { existsSync, realpathSync } from "node:fs";
import { unpackedChromium } from "./chromium.mjs";
import { which } from "./run.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** A snap's browser cannot be driven from outside its sandbox; Ubuntu's `chromium` is one. */
const isSnap = (file) => realpathSync(file).includes("/snap") || file.startsWith("/snap/");

/** Path of a browser that can be driven, or undefined. `CHROMIUM` in the environment names one. */
export function findBrowser() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return named;
  const file = names.map((name) => which(name)).find((found) => found !== undefined && !isSnap(found));
  return file ?? (existsSync(unpackedChromium) ? unpackedChromium : undefined);
}
