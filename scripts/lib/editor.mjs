// Shows folder and recording in VS Code: the user's own where there is one, otherwise code-server on a loopback port.

import { installExtension, startServer } from "./codeServer.mjs";
import { createProfile } from "./profile.mjs";
import { run, which } from "./run.mjs";
import { bold, step } from "./steps.mjs";

/** The user's own VS Code, when it can show a window here. VS Code refuses to run as root. */
export function ownVscode() {
  const shown = ["DISPLAY", "WAYLAND_DISPLAY", "VSCODE_IPC_HOOK_CLI"].some((name) => (process.env[name] ?? "") !== "");
  return shown && process.getuid?.() !== 0 ? which("code") : undefined;
}

/** Installs the extension into the user's VS Code and opens a window. Returns how to end it: by closing that window. */
async function openOwn(code, { vsix, folder, recording }) {
  await step(`install the extension into ${code}`, async () => {
    await run(code, ["--install-extension", vsix, "--force"], { remedy: `Install ${vsix} by hand (Extensions view).` });
  });
  await run(code, ["--new-window", folder, "--goto", recording], { remedy: `Open ${folder} in VS Code by hand.` });
  console.log(
    `\nVS Code opens ${folder} with the recording. \`code --uninstall-extension faultscope.faultscope\` undoes it.`,
  );
  return { stop: async () => undefined, ended: new Promise(() => undefined) };
}

/** Serves code-server with a fresh profile, which goes away with it. */
async function serve({ vsix, folder, recording }) {
  const profile = createProfile();
  process.on("exit", () => profile.remove());
  await step("install the extension into code-server", async () => installExtension(profile, vsix));
  const server = await startServer({ profile });
  const host = new URL(server.origin).host;
  const payload = JSON.stringify([["openFile", `vscode-remote://${host}${recording}`]]);
  console.log(`\nVS Code is at  ${bold(`${server.url(folder)}&payload=${encodeURIComponent(payload)}`)}`);
  console.log(`From another machine first: ssh -L ${new URL(server.origin).port}:${host} <this machine>`);
  return { stop: server.stop, ended: server.ended };
}

/** Opens VS Code and returns { stop, ended }. `options`: vsix, folder and recording, absolute paths. */
export async function openEditor(options) {
  const code = ownVscode();
  return code === undefined ? serve(options) : openOwn(code, options);
}
