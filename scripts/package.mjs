#!/usr/bin/env node
// Packs what `npm run build` made into build/faultscope-linux-x64.vsix, the file a user installs.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { root, run } from "./lib/run.mjs";
import { main, step } from "./lib/steps.mjs";

export const vsixFile = join(root, "build", "faultscope-linux-x64.vsix");

/** Packs the extension from dist/ and returns the file. `.vscodeignore` lists what goes in. */
export async function packageVsix() {
  mkdirSync(dirname(vsixFile), { recursive: true });
  await run(
    process.execPath,
    [
      join(root, "node_modules", "@vscode", "vsce", "vsce"),
      "package",
      "--no-dependencies",
      "--target",
      "linux-x64",
    ].concat(["--no-rewrite-relative-links", "--allow-missing-repository", "--out", vsixFile]),
    { what: "vsce package", remedy: "Run `npm run build` first; vsce's words above say what is missing." },
  );
  return vsixFile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => step("package the extension", packageVsix));
}
