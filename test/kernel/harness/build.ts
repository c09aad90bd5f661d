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

/** Beside the cases in test/kernel/programs/causes/. */
const OWN_PROGRAMS = new Set(["storm.c", "hung.c"]);

/** Path of the program that fails for known reasons, and its sources. */
export function buildCauses(): { readonly program: string; readonly files: readonly string[] } {
  const program = join(build, "causes");
  const folder = join(sources, "causes");
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".c") && !OWN_PROGRAMS.has(name))
    .map((name) => join(folder, name));
  cc(...files, join(sources, "memory.c"), join(sources, "truth.c"), "-o", program);
  return { program, files };
}

/** Path of a program of its own: `storm` fails at random and writes down why, `hung` waits in vain. */
export function buildOwn(name: "storm" | "hung"): string {
  const program = join(build, `causes-${name}`);
  cc(join(sources, `causes/${name}.c`), join(sources, "truth.c"), "-o", program);
  return program;
}
