#!/usr/bin/env node
// Serves a real VS Code with the extension installed, in a fresh profile, and prints its address:
//   node e2e/serve.mjs [--vsix FILE] [--theme dark|light|high-contrast] [--port N] [--settings JSON] [--untrusted] [FOLDER]
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { installExtension, startServer } from "../scripts/lib/codeServer.mjs";
import { createProfile, themes } from "../scripts/lib/profile.mjs";
import { root } from "../scripts/lib/run.mjs";
import { main, StepError, step } from "../scripts/lib/steps.mjs";
import { installVscode } from "../scripts/lib/vscode.mjs";
import { packageVsix } from "../scripts/package.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    vsix: { type: "string" },
    theme: { type: "string", default: "dark" },
    port: { type: "string", default: "0" },
    settings: { type: "string", default: "{}" },
    untrusted: { type: "boolean", default: false },
  },
});

await main(async () => {
  const theme = Object.keys(themes).find((name) => name === values.theme);
  if (theme === undefined)
    throw new StepError(`No theme "${values.theme}".`, `One of: ${Object.keys(themes).join(", ")}.`);
  const folder = resolve(positionals[0] ?? root);
  if (!existsSync(folder)) throw new StepError(`${folder} does not exist.`, "Name a folder that does.");
  await installVscode();
  const profile = createProfile({ theme, settings: JSON.parse(values.settings) });
  process.on("exit", () => profile.remove());
  await step("install the extension", async () => {
    installExtension(profile, values.vsix === undefined ? await packageVsix() : resolve(values.vsix));
  });
  const server = await startServer({ profile, trusted: !values.untrusted, port: Number(values.port) });
  console.log(`\nVS Code: ${server.url(folder)}\nLogs:    ${profile.logs}\nCtrl-C stops it.`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => void server.stop());
  await server.ended;
});
