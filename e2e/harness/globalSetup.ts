import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findBrowser } from "../../scripts/lib/browser.mjs";
import { installExtension } from "../../scripts/lib/codeServer.mjs";
import { createProfile } from "../../scripts/lib/profile.mjs";
import { packageVsix } from "../../scripts/package.mjs";
import { root } from "./workspace.ts";

/** Once a run: packs the extension as a user gets it and installs it into the folder every test's VS Code uses. */
export default async function setup(): Promise<() => void> {
  if (findBrowser() === undefined) throw new Error("No Chromium to drive. `npm run setup -- --e2e` installs it.");
  process.env.FAULTSCOPE_E2E_TRACES = mayTrace() ? "yes" : "no";
  const profile = createProfile();
  installExtension(profile, process.env.FAULTSCOPE_VSIX ?? (await packageVsix()));
  process.env.FAULTSCOPE_E2E_EXTENSIONS = profile.extensions;
  return () => profile.remove();
}

/** Asks the product itself, and prints what it says where it says no. */
function mayTrace(): boolean {
  const cli = join(root, "dist", "cli.cjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, "doctor"], { encoding: "utf8" });
  if (status !== 0) console.warn(`Tests that record are skipped:\n${stdout}${stderr}`);
  return status === 0;
}
