// A one-file extension for the demo's throw-away profile: it opens the recording once Faultscope is there. An address
// that names a file opens it sooner, as text, because VS Code does not wait for the extensions that show it better.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";

/** Packs the extension that opens `recording` into `folder`; returns the .vsix file. */
export async function packOpener(folder, recording) {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: "faultscope-demo",
    publisher: "faultscope",
    version: "0.0.1",
    description: "Opens the recording of the demo.",
    engines: { vscode: "^1.91.0" },
    main: "./main.js",
    activationEvents: ["onStartupFinished"],
    extensionDependencies: ["faultscope.faultscope"],
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const open = `require("vscode").commands.executeCommand("faultscope.open", ${JSON.stringify(recording)})`;
  writeFileSync(join(folder, "main.js"), `exports.activate = () => ${open};\n`);
  const file = join(folder, "opener.vsix");
  const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
  await run(process.execPath, [vsce, "package", ...flags], { cwd: folder, what: "vsce package" });
  return file;
}
