/** Finds the file of a call site: debug information names paths of the machine that compiled. */
import { basename, isAbsolute, join, normalize } from "node:path";

/** Places to look before searching: the path itself, then below each folder. */
export function directCandidates(recorded: string, folders: readonly string[]): readonly string[] {
  if (isAbsolute(recorded)) return [normalize(recorded)];
  return folders.map((folder) => join(folder, recorded));
}

/** Of files with the right name, those that share the longest tail with the recorded path. More than one: ambiguous. */
export function bestMatches(recorded: string, found: readonly string[]): readonly string[] {
  const wanted = normalize(recorded).split("/").reverse();
  const shared = (path: string): number => {
    const parts = normalize(path).split("/").reverse();
    const different = parts.findIndex((part, i) => part !== wanted[i]);
    return different === -1 ? parts.length : different;
  };
  const best = Math.max(0, ...found.map(shared));
  return best === 0 ? [] : found.filter((path) => shared(path) === best);
}

/** What to tell the user when there is no such file here. */
export function missingSource(recorded: string): string {
  return `${basename(recorded)} is not on this machine: the program was compiled from ${recorded}. Open the folder with its sources and try again.`;
}
