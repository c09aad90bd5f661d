import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Source and header files the analysis reads. */
const SOURCE = /\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|ts|tsx|mts|cts|js|jsx|mjs|cjs)$/i;
const SKIPPED = new Set([
  "node_modules",
  ".git",
  ".hg",
  ".svn",
  "dist",
  "build",
  "out",
  "target",
  ".cache",
  "coverage",
]);
const DECLARATIONS = /\.d\.[cm]?ts$|\.min\.js$/;
const MAX_FILES = 20_000;
const MAX_BYTES = 5 * 2 ** 20;

export interface Found {
  readonly files: readonly string[];
  /** Why something was left out, as sentences for the user. */
  readonly problems: readonly string[];
}

/** True for a path whose text the analysis takes. */
export const isSource = (path: string): boolean => SOURCE.test(path) && !DECLARATIONS.test(path);

/** Source files of a file or folder, in a stable order. Rejects when the path itself cannot be read. */
export async function findSources(path: string): Promise<Found> {
  if (!(await stat(path)).isDirectory()) return { files: [path], problems: [] };
  const files: string[] = [];
  const problems: string[] = [];
  const queue = [path];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    let entries: Dirent[];
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      problems.push(`${folder} was left out: ${reason(error)}.`);
      continue;
    }
    for (const entry of entries) {
      const full = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name) && !entry.name.startsWith(".")) queue.push(full);
      } else if (entry.isFile() && isSource(entry.name)) {
        files.push(full);
      }
    }
    if (files.length > MAX_FILES) {
      problems.push(
        `${path} has more than ${MAX_FILES} source files; the rest was left out. Check its folders one by one.`,
      );
      break;
    }
  }
  return { files: files.slice(0, MAX_FILES).sort(), problems };
}

/** Text of a file. Rejects when it cannot be read; undefined for one that is too large to be a source. */
export async function readSource(path: string): Promise<string | undefined> {
  if ((await stat(path)).size > MAX_BYTES) return undefined;
  return readFile(path, "utf8");
}

/** Why a system call failed, in words. */
export function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EACCES" || code === "EPERM") return "it may not be read";
  return error instanceof Error ? error.message : String(error);
}
