/** Compiles the traced programs, which lie beside the tests. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const sources = join(import.meta.dirname, "../programs");
const build = join(import.meta.dirname, "../build");

/** Path of the program with all scenarios. */
export function buildScenarios(): string {
  mkdirSync(build, { recursive: true });
  const program = join(build, "scenarios");
  const files = readdirSync(sources).filter((name) => name.endsWith(".c"));
  const flags = ["-D_GNU_SOURCE", "-std=gnu11", "-g", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"];
  const cc = (...args: readonly string[]) => execFileSync("cc", [...flags, ...args], { stdio: "inherit" });
  const library = join(build, "libstorm.so");
  cc("-shared", "-fPIC", join(sources, "library/library.c"), "-o", library);
  cc(...files.map((name) => join(sources, name)), library, `-Wl,-rpath,${build}`, "-o", program);
  return program;
}
