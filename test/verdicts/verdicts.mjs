// node test/verdicts/verdicts.mjs [--check|--update] [c/NAME|ts/NAME ...]
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const outfile = at("./build/cli.mjs");
await build({
  entryPoints: [at("./runner/cli.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
const { main } = await import(outfile);
process.exitCode = main(process.argv.slice(2));
