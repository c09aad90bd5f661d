// The tests of test/kernel/, which trace real processes on the kernel they run on, made ready for the guest: TypeScript
// turned into modules that Node can load, and the traced programs compiled, because the guest has no compiler.
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { root, run } from "../../../scripts/lib/run.mjs";

/**
 * Not in the guest: the symbolizer's tests need compilers and nothing of the kernel, and the recorder's make hundreds of
 * thousands of calls, for which guest/productTests.mjs has the same at an emulated processor's size.
 */
const notInGuest = ["symbolizer.test.js", "record.test.js"];

const typescript = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
    .map((name) => join(root, folder, name));

/** Translates each file on its own, so that paths relative to a file stay what they are. */
async function translate(tree) {
  await build({
    entryPoints: ["protocol", "server/src", "test/kernel"].flatMap(typescript),
    outbase: root,
    outdir: tree,
    format: "cjs",
    platform: "node",
    target: "node20",
    define: { "import.meta.dirname": "__dirname", "import.meta.url": "__filename" },
    logLevel: "error",
  });
  await build({
    entryPoints: [join(root, "test/kernels/host/vitestInGuest.mjs")],
    outfile: join(tree, "node_modules/vitest/index.js"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: [],
    logLevel: "error",
  });
  writeFileSync(join(tree, "package.json"), JSON.stringify({ imports: { "#protocol/*": "./protocol/*.js" } }));
}

/** Compiles what the tests trace, where they will look for it. */
async function compilePrograms(tree) {
  symlinkSync(join(root, "native"), join(tree, "native"));
  for (const entry of readdirSync(join(root, "test/kernel"), { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === "build") continue;
    cpSync(join(root, "test/kernel", entry.name), join(tree, "test/kernel", entry.name), { recursive: true });
  }
  for (const make of Object.values(createRequire(import.meta.url)(join(tree, "test/kernel/harness/build.js")))) make();
  await run("make", ["-s", "-C", join(root, "examples/hazards")]);
}

/** Builds the tree in `folder` and returns { tree, files }: test files by their path in it. */
export async function shareTests(folder) {
  const tree = join(folder, "shared");
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  await translate(tree);
  await compilePrograms(tree);
  const files = readdirSync(join(tree, "test/kernel"))
    .filter((name) => name.endsWith(".test.js") && !notInGuest.includes(name))
    .map((name) => `test/kernel/${name}`);
  return { tree, files };
}
