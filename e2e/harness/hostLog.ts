import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What VS Code writes as errors without our doing. Each says why it does not count. */
const harmless: readonly RegExp[] = [
  // code-server has none of Microsoft's signing module and says so once.
  /vsda/,
];

function* files(folder: string): Generator<string> {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

/** Lines of error level in every log below a profile's log folder (extension host, its output channels, server). */
export function logErrors(logs: string): string[] {
  const lines: string[] = [];
  for (const file of files(logs)) {
    for (const line of readFileSync(file, "utf8").split("\n")) {
      if (!/\[error\]/i.test(line) || harmless.some((pattern) => pattern.test(line))) continue;
      lines.push(`${file.slice(logs.length + 1)}: ${line}`);
    }
  }
  return lines;
}
