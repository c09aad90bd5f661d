// The guest's file system: a shell, Node, the product as it is built in dist/, the programs it traces, the tests.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root, run, which } from "../../../scripts/lib/run.mjs";
import { writeInitramfs } from "./cpio.mjs";
import { shareTests } from "./sharedTests.mjs";

const here = join(root, "test", "kernels");
const store = join(root, "build", "kernels");
const built = join(store, "programs");
const commands = ["sh", "cat", "echo", "false", "mkdir", "mount", "poweroff", "sleep", "stty", "true"];

/** Shared libraries a program loads, by the path the loader looks for them at. None for a static program. */
async function libraries(file) {
  const { stdout } = await run("ldd", [file], { accept: [0, 1] });
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => match[1]);
}

/** Files below `folder` as [path below it, path on the host]. */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => [file.slice(folder.length), file]);

/** Compiles the programs that only this matrix has. Static: they are the judges and depend on nothing. */
async function compileFacts() {
  mkdirSync(built, { recursive: true });
  const output = join(built, "facts");
  const sources = readdirSync(join(here, "programs")).filter((name) => name.endsWith(".c"));
  await run("gcc", ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", ...sources, "-o", output], {
    cwd: join(here, "programs"),
    remedy: "The compiler's words are above.",
  });
  return output;
}

/** Builds the image and returns its path. `busyboxFile` is a static busybox. */
export async function buildImage(busyboxFile) {
  const image = join(store, "initramfs.cpio");
  const entries = new Map([
    ["/init", { file: join(here, "guest", "init") }],
    ["/bin/busybox", { file: busyboxFile }],
    ["/bin/node", { file: process.execPath }],
  ]);
  for (const name of commands) entries.set(`/bin/${name}`, { link: "busybox" });
  // Tests compile what they trace; here it has been compiled already.
  for (const name of ["cc", "make"]) entries.set(`/bin/${name}`, { text: "#!/bin/sh\n", mode: 0o755 });
  for (const folder of ["/proc", "/sys", "/dev", "/tmp", "/run"]) entries.set(folder, { folder: true });
  for (const [path, file] of filesBelow(join(here, "guest"))) entries.set(`/guest${path}`, { file });
  for (const [path, file] of filesBelow(join(root, "dist"))) entries.set(`/faultscope/dist${path}`, { file });
  const { tree, files } = await shareTests(store);
  for (const [path, file] of filesBelow(tree)) entries.set(`/faultscope${path}`, { file });
  entries.set("/faultscope/test/kernel/files", { text: files.join("\n") });
  for (const name of ["taskset", "setpriv", "setcap"]) {
    const file = which(name) ?? which(name, "/usr/sbin:/sbin");
    if (file !== undefined) entries.set(`/bin/${name}`, { file });
  }
  entries.set("/programs/facts", { file: await compileFacts() });
  // Sources too: call sites are compared with them.
  for (const [path, file] of filesBelow(join(root, "examples"))) entries.set(`/faultscope/examples${path}`, { file });

  for (const file of [...entries.values()].flatMap((entry) => entry.file ?? [])) {
    if (!/(^|\/)[^./]+$|\.node$/.test(file)) continue;
    for (const library of await libraries(file)) entries.set(library, { file: library });
  }
  writeInitramfs(image, entries);
  return image;
}
