/** What the observer's tests need of this machine. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { whyNot as whyNoTracing } from "../../kernel/harness/machine";

export const root = join(import.meta.dirname, "../../..");
export const cli = join(root, "dist/cli.cjs");
export const compactor = join(root, "examples/compactor/build/compactor");

const folders = () => [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
const has = (command: string): boolean => folders().some((folder) => existsSync(join(folder, command)));

/** Why tests that use these commands cannot run here, or undefined. */
export function whyNot(...commands: readonly string[]): string | undefined {
  const lacking = commands.filter((command) => !has(command));
  if (lacking.length > 0) return `${lacking.join(" and ")} not installed (npm run setup)`;
  return whyNoTracing() ?? (existsSync(cli) ? undefined : "the command line is not built (npm run build)");
}

/** A title that says why its tests are skipped. */
export const titled = (title: string, reason: string | undefined): string =>
  reason === undefined ? title : `${title} (skipped: ${reason})`;

/** Waits until something is there. Throws with `what` after a time that only a fault can take. */
export async function until<T>(what: string, look: () => T | undefined | false, seconds = 30): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not after ${seconds} s.`);
    await new Promise((later) => setTimeout(later, 20));
  }
}
