// Shows folder and recording in VS Code: the user's own where there is one, otherwise code-server on a loopback port.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { installExtension, startServer } from "./codeServer.mjs";
import { packOpener } from "./opener.mjs";
import { createProfile } from "./profile.mjs";
import { run, which } from "./run.mjs";
import { bold, step } from "./steps.mjs";

/** The user's own VS Code, when it can show a window here. VS Code refuses to run as root. */
export function ownVscode() {
  const shown = ["DISPLAY", "WAYLAND_DISPLAY", "VSCODE_IPC_HOOK_CLI"].some((name) => (process.env[name] ?? "") !== "");
  return shown && process.getuid?.() !== 0 ? which("code") : undefined;
}

/** Installs the extension into the user's VS Code and opens a window, which the user closes. */
async function openOwn(code, { vsix, folder, recording }) {
  await step(`install the extension into ${code}`, async () => {
    await run(code, ["--install-extension", vsix, "--force"], { remedy: `Install ${vsix} by hand (Extensions view).` });
  });
  const remedy = `Open ${folder} in VS Code by hand.`;
  await run(code, ["--new-window", folder], { remedy });
  // A window that is still starting would open the file as text: it does not know the new extension yet.
  await pause(5000);
  await run(code, ["--reuse-window", recording], { remedy });
  console.log(`\nVS Code shows ${folder} and the recording. This removes the extension again:`);
  console.log("  code --uninstall-extension faultscope.faultscope");
  return { stop: async () => undefined, ended: new Promise(() => undefined) };
}

/** Serves code-server with a fresh profile, which goes away with it. */
async function serve({ vsix, folder, recording }) {
  const profile = createProfile();
  process.on("exit", () => profile.remove());
  await step("install the extension into code-server", async () => {
    installExtension(profile, vsix);
    installExtension(profile, await packOpener(join(profile.folder, "opener"), recording));
  });
  const server = await startServer({ profile });
  const { host, port } = new URL(server.origin);
  console.log(`\nVS Code is at  ${bold(server.url(folder))}`);
  console.log(`From another machine, first: ssh -L ${port}:${host} <this machine>`);
  return { stop: server.stop, ended: server.ended };
}

/** Opens VS Code and returns { stop, ended }. `options`: vsix, folder and recording, absolute paths. */
export async function openEditor(options) {
  const code = ownVscode();
  return code === undefined ? serve(options) : openOwn(code, options);
}
