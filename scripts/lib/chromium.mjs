// A browser for machines whose distribution has none that can be driven (Ubuntu's is a snap): Chromium's headless shell
// from the npm registry, unpacked beside the end-to-end tests.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { root, run } from "./run.mjs";

const version = "153.0.0";
const folder = join(root, "e2e", "browser");

/** Where it is, once it has been fetched. */
export const unpackedChromium = join(folder, `chromium-${version}`);

/** Fetches and unpacks it (65 MB, 200 MB unpacked). */
export async function fetchChromium() {
  if (existsSync(unpackedChromium)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", "--ignore-scripts", "--no-package-lock", "--no-save", "--loglevel=error"];
  await run("npm", [...args, `@sparticuz/chromium@${version}`], {
    cwd: folder,
    what: "Fetching Chromium",
    remedy: "Install Chromium or Google Chrome by hand and name it: CHROMIUM=/path/to/chrome npm test",
  });
  const packed = readFileSync(join(folder, "node_modules", "@sparticuz", "chromium", "bin", "chromium.br"));
  const partial = `${unpackedChromium}.part`;
  writeFileSync(partial, brotliDecompressSync(packed));
  chmodSync(partial, 0o755);
  renameSync(partial, unpackedChromium);
}
