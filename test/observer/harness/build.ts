/** Compiles the observed programs: each file of `each/` is one program. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";

const sources = join(import.meta.dirname, "../programs");
const build = join(import.meta.dirname, "../build");
const FLAGS = ["-D_GNU_SOURCE", "-std=gnu11", "-g", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"];

function cc(...args: readonly string[]): void {
  mkdirSync(build, { recursive: true });
  execFileSync("cc", [...FLAGS, ...args], { stdio: "inherit" });
}

/** Names of the small programs. */
export const smallPrograms: readonly string[] = readdirSync(join(sources, "each"))
  .filter((name) => name.endsWith(".c"))
  .map((name) => basename(name, ".c"))
  .sort();

export const program = (name: string): string => join(build, name);

export function buildSmallPrograms(names = smallPrograms): void {
  const shared = ["small", "calls"].map((name) => {
    const object = join(build, `${name}.o`);
    cc("-c", join(sources, `${name}.c`), "-o", object);
    return object;
  });
  for (const name of names) cc(join(sources, "each", `${name}.c`), ...shared, "-o", program(name));
}

/** A program of one file. */
export function buildProgram(name: string): string {
  cc(join(sources, `${name}.c`), "-o", program(name));
  return program(name);
}

/** A bootable sector for a virtual machine. */
export function buildGuest(): string {
  mkdirSync(build, { recursive: true });
  const link = ["-m32", "-nostdlib", "-Wl,-Ttext=0x7c00,--oformat=binary,--build-id=none"];
  execFileSync("cc", [...link, join(sources, "migration/guest.S"), "-o", program("guest.img")], { stdio: "inherit" });
  return program("guest.img");
}

export const migration = join(sources, "migration/migrate.mjs");
