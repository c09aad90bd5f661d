// npm dependencies of one folder, installed only when its lock file asks for something else than what is there.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/**
 * True when node_modules holds every package of the lock file in the locked version. npm writes its own record of
 * what it installed as the last thing, so an interrupted installation is not taken for a complete one.
 */
export function installed(folder) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = readJson(join(folder, "package-lock.json")).packages;
  const present = readJson(record).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === "" || link === true) return true;
    const found = present[path];
    // A package for another platform is in the lock file and rightly not on the disk.
    if (found === undefined) return optional === true;
    return found.version === version && (optional === true || existsSync(join(folder, path)));
  });
}

/** Installs a folder's locked dependencies when they are not there. No package's scripts are run. */
export async function install(folder) {
  if (installed(folder)) return "up to date";
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    what: "npm ci",
    remedy: "Check that the npm registry can be reached (npm ping), then run the same command again.",
  });
  return undefined;
}
