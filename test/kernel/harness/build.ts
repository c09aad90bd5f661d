/** Compiles the traced programs, which lie beside the tests. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const sources = join(import.meta.dirname, "../programs");
const build = join(import.meta.dirname, "../build");

function cc(...args: readonly string[]): void {
  const flags = ["-D_GNU_SOURCE", "-std=gnu11", "-g", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"];
  mkdirSync(build, { recursive: true });
  execFileSync("cc", [...flags, ...args], { stdio: "inherit" });
}

/** Path of a program that answers in the probe's place, with nonsense. */
export function buildLiar(): string {
  const program = join(build, "liar");
  cc(join(sources, "liar/liar.c"), "-o", program);
  return program;
}

/** Path of a program that stands alone: `preload/NAME.c`. */
export function buildAlone(name: string, ...flags: readonly string[]): string {
  const program = join(build, `${name}${flags.join("")}`);
  cc(join(sources, "preload", `${name}.c`), ...flags, "-o", program);
  return program;
}

/** Path of the program with all scenarios. */
export function buildScenarios(): string {
  const program = join(build, "scenarios");
  const library = join(build, "libstorm.so");
  const files = readdirSync(sources).filter((name) => name.endsWith(".c"));
  cc("-shared", "-fPIC", join(sources, "library/library.c"), "-o", library);
  cc(...files.map((name) => join(sources, name)), library, `-Wl,-rpath,${build}`, "-o", program);
  return program;
}
