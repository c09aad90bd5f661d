#!/usr/bin/env node
// Bundles every process of the product into dist/: host, server, its recorder and analysis threads, command line,
// webview; then makes the native parts. `--no-native` skips those, `--dev` adds source maps.
import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const dev = process.argv.includes("--dev");

const common = {
  absWorkingDir: root,
  bundle: true,
  sourcemap: dev ? "inline" : false,
  minify: !dev,
  keepNames: true,
  logLevel: "warning",
  legalComments: "none",
};
// web-tree-sitter finds its wasm next to `import.meta.url`, which a cjs bundle lacks; we hand it the bytes instead.
const node = {
  ...common,
  platform: "node",
  target: "node20",
  format: "cjs",
  define: { "import.meta.url": "__filename_url" },
};
node.banner = { js: 'const __filename_url = require("node:url").pathToFileURL(__filename).href;' };

/** The command line is run as a program of its own. */
const command = { banner: { js: `#!/usr/bin/env node\n${node.banner.js}` } };

const targets = [
  { ...node, entryPoints: ["client/src/extension.ts"], outfile: "dist/client.cjs", external: ["vscode"] },
  { ...node, entryPoints: ["server/src/lsp/main.ts"], outfile: "dist/server.cjs" },
  { ...node, entryPoints: ["server/src/session/worker.ts"], outfile: "dist/recorder.cjs" },
  { ...node, entryPoints: ["server/src/lsp/analysis/worker.ts"], outfile: "dist/analysis.cjs" },
  { ...node, ...command, entryPoints: ["server/src/cli/main.ts"], outfile: "dist/cli.cjs" },
  {
    ...common,
    platform: "browser",
    target: "es2022",
    format: "iife",
    entryPoints: ["webview/src/main.ts"],
    outfile: "dist/webview.js",
  },
];

/** Makes the native parts while the bundles are made; resolves to whether that worked. */
function makeNative() {
  const made = spawn("make", ["-s", "-j2", "-C", "native", `DIST=${join(dist, "native")}`], {
    cwd: root,
    stdio: "inherit",
  });
  return new Promise((resolve) => {
    made.on("error", () => resolve(false));
    made.on("close", (code) => resolve(code === 0));
  });
}

const native = process.argv.includes("--no-native") ? Promise.resolve(true) : makeNative();

// esbuild has printed what is wrong; its exception says the same again with a stack.
const bundled = await Promise.all(targets.map((target) => build(target).then(Boolean, () => false)));
if (bundled.every(Boolean)) chmodSync(join(dist, "cli.cjs"), 0o755);

mkdirSync(join(dist, "grammars"), { recursive: true });
for (const file of [
  "web-tree-sitter/web-tree-sitter.wasm",
  "tree-sitter-c/tree-sitter-c.wasm",
  "tree-sitter-cpp/tree-sitter-cpp.wasm",
  "tree-sitter-typescript/tree-sitter-typescript.wasm",
  "tree-sitter-typescript/tree-sitter-tsx.wasm",
]) {
  cpSync(join(root, "node_modules", file), join(dist, "grammars", file.slice(file.indexOf("/") + 1)));
}

if (!(await native)) console.error("The native parts did not build. `npm run setup` installs what they need.");
if (!bundled.every(Boolean)) console.error("The bundles did not build.");
if (!(await native) || !bundled.every(Boolean)) process.exit(1);
