// Starts and stops code-server: VS Code's workbench, extension host and webviews, served on a loopback port.
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { codeServer } from "./vscode.mjs";

/** @typedef {ReturnType<typeof import("./profile.mjs").createProfile>} Profile */

/**
 * Installs a packaged extension into a profile, as a user would.
 * @param {Profile} profile
 * @param {string} vsix path of the .vsix file
 */
export function installExtension(profile, vsix) {
  const made = spawnSync(codeServer.node, [codeServer.entry, ...folders(profile), "--install-extension", vsix], {
    encoding: "utf8",
    env: environment(),
  });
  if (made.status !== 0 || !/successfully installed/.test(made.stdout)) {
    throw new Error(`VS Code did not install ${vsix}:\n${made.stdout}${made.stderr}`);
  }
}

/**
 * Starts code-server on a free loopback port (or `port`) and waits until it listens.
 * @param {{ profile: Profile, trusted?: boolean, port?: number, env?: Record<string, string> }} options
 *   `trusted: false` leaves workspace trust switched on, as it is for a user.
 */
export async function startServer({ profile, trusted = true, port = 0, env = {} }) {
  writeFileSync(profile.config, "");
  const child = spawn(
    codeServer.node,
    [codeServer.entry, ...folders(profile), "--auth", "none", "--bind-addr", `127.0.0.1:${port}`]
      .concat("--disable-telemetry", "--disable-update-check", "--disable-getting-started-override")
      .concat("--disable-proxy", trusted ? "--disable-workspace-trust" : []),
    { stdio: ["ignore", "pipe", "pipe"], env: { ...environment(), EXTENSIONS_GALLERY: "{}", ...env }, detached: true },
  );
  let output = "";
  const origin = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ data) => {
      output += data.toString("utf8");
      const found = /HTTP server listening on (http:\/\/[\d.:]+)/.exec(output);
      if (found) resolve(found[1]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`code-server ended with ${code} before it listened:\n${output}`)));
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    origin: /** @type {string} */ (origin),
    pid: /** @type {number} */ (child.pid),
    /** Address that opens a folder. */
    url: (/** @type {string} */ folder) => `${origin}/?folder=${encodeURIComponent(folder)}`,
    /** What the server itself printed so far. */
    output: () => output,
    ended,
    /** Ends the server and every process it started; resolves when it is gone. */
    async stop() {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        process.kill(-child.pid, "SIGTERM");
        const late = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), 5000);
        await ended;
        clearTimeout(late);
      }
    },
  };
}

/** @param {Profile} profile */
function folders(profile) {
  return ["--config", profile.config, "--user-data-dir", profile.userData, "--extensions-dir", profile.extensions];
}

// EXTENSIONS_GALLERY empty: a machine without the internet would otherwise log failed look-ups of its market place.

/** Our environment without what would make code-server take itself for a child of another VS Code. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VSCODE_|CODE_SERVER_|npm_)/.test(name)));
}
