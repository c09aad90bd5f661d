/** Places in sources as people read them. */
import { relative } from "node:path";

/** `file:line`, relative to where the reader is when it lies below. */
export function placeText(file: string, line: number | null, cwd: string): string {
  const below = relative(cwd, file);
  const name = file.startsWith("/") && (below.startsWith("..") || below === "") ? file : below;
  return `${name}:${line ?? "?"}`;
}
