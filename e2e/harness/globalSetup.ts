import { findBrowser } from "../../scripts/lib/browser.mjs";
import { installExtension } from "../../scripts/lib/codeServer.mjs";
import { createProfile } from "../../scripts/lib/profile.mjs";
import { packageVsix } from "../../scripts/package.mjs";

/** Once a run: packs the extension as a user gets it and installs it into the folder every test's VS Code uses. */
export default async function setup(): Promise<() => void> {
  if (findBrowser() === undefined) throw new Error("No Chromium to drive. `npm run setup -- --e2e` installs it.");
  const profile = createProfile();
  installExtension(profile, process.env.FAULTSCOPE_VSIX ?? (await packageVsix()));
  process.env.FAULTSCOPE_E2E_EXTENSIONS = profile.extensions;
  return () => profile.remove();
}
