import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** A copy of examples/ to work in, with the compactor built from its own sources. */
export interface Workspace {
  readonly folder: string;
  readonly compactor: string;
  path(...parts: readonly string[]): string;
  remove(): void;
}

/** Copies and builds the examples, so that recordings and changes stay out of the checkout. */
export function createWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "fs-work-"));
  cpSync(join(root, "examples"), folder, { recursive: true, filter: (source) => basename(source) !== "build" });
  execFileSync("make", ["-s", "-C", join(folder, "compactor")]);
  return {
    folder,
    compactor: join(folder, "compactor", "build", "compactor"),
    path: (...parts) => join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
