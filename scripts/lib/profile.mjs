// A fresh VS Code profile in a temporary folder: nothing of the user's own settings, extensions or state is touched.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Colour themes that come with VS Code, by the names our options use. */
export const themes = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  "high-contrast": "Default High Contrast",
  "high-contrast-light": "Default High Contrast Light",
};

/** Settings that keep VS Code's own offers out of the picture. */
const quiet = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "chat.disableAIFeatures": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "remote.autoForwardPorts": false,
  "git.openRepositoryInParentFolders": "never",
  "window.autoDetectColorScheme": false,
  "window.autoDetectHighContrast": false,
};

/**
 * Makes the folders of a profile and writes its settings.
 * @param {{ theme?: keyof typeof themes, settings?: Record<string, unknown>, extensions?: string }} options
 *   `extensions`: an existing extensions folder to use instead of a fresh one.
 */
export function createProfile({ theme = "dark", settings = {}, extensions } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "fs-vsc-"));
  const userData = join(folder, "data");
  const extensionsDir = extensions ?? join(folder, "ext");
  mkdirSync(join(userData, "User"), { recursive: true });
  mkdirSync(extensionsDir, { recursive: true });
  const all = { ...quiet, "workbench.colorTheme": themes[theme], ...settings };
  writeFileSync(join(userData, "User", "settings.json"), `${JSON.stringify(all, null, 2)}\n`);
  return {
    folder,
    userData,
    extensions: extensionsDir,
    config: join(folder, "config.yaml"),
    logs: join(userData, "logs"),
    /** Deletes the whole profile. */
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
