import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Report } from "#protocol/report";
import { root } from "./workspace.ts";

/** The figures the command line prints for a recording. */
export function reportOf(file: string): Report {
  const text = execFileSync(process.execPath, [join(root, "dist", "cli.cjs"), "report", "--json", file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return JSON.parse(text);
}
