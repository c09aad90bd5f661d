// Brings a fresh machine to the point where the product is built and can run. Safe and quick to run again.
import { join } from "node:path";
import { findBrowser } from "./browser.mjs";
import { fetchChromium } from "./chromium.mjs";
import { install } from "./npm.mjs";
import { browserPackages, buildPackages, kernelTestPackages, observerPackages } from "./packages.mjs";
import { root, run } from "./run.mjs";
import { headline, StepError, step } from "./steps.mjs";
import { ensurePackages } from "./system.mjs";
import { installVscode } from "./vscode.mjs";

/** Says early and clearly what we cannot run on at all. */
function checkPlatform() {
  if (process.platform !== "linux" || process.arch !== "x64") {
    const here = `${process.platform} ${process.arch}`;
    throw new StepError(`Faultscope runs on Linux on x86-64, not on ${here}.`, "Use such a machine or a virtual one.");
  }
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new StepError(`Node ${process.versions.node} is too old.`, "Install Node 20 or newer (https://nodejs.org).");
  }
}

/** Builds the bundles and the native parts. Make and esbuild do only what changed. */
export async function buildProduct() {
  await run(process.execPath, [join(root, "scripts", "build.mjs")], {
    what: "The build",
    remedy: "The compiler's words are above. After a change of system packages, delete build/ and dist/ and try again.",
  });
}

/** Compiles the example the demo and the tests trace. */
export async function buildExample() {
  await run("make", ["-s", "-C", join(root, "examples", "compactor")], {
    what: "Building examples/compactor",
    remedy: "The compiler's words are above.",
  });
}

/**
 * Installs and builds what is missing. `build: false` stops at the npm dependencies; `tests` adds what only the kernel
 * tests need, `observer` what those with an independent observer need; `vscode` adds code-server, `browser` a browser to drive it.
 */
export async function prepare({ build = true, tests = false, observer = false, vscode = false, browser = false } = {}) {
  headline("Preparing");
  checkPlatform();
  const extra = [
    ...(tests ? kernelTestPackages : []),
    ...(observer ? observerPackages : []),
    ...(browser ? browserPackages() : []),
  ];
  await ensurePackages([...(build ? buildPackages : []), ...extra]);
  await step("npm dependencies", () => install(root));
  if (build) {
    await step("build", buildProduct);
    await step("build the example", buildExample);
  }
  if (vscode) await installVscode();
  if (browser && findBrowser() === undefined) await step("fetch a browser (65 MB)", fetchChromium);
}
