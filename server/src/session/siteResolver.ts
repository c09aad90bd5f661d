/** The symbolizer of an installation, if it has one. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SiteResolver } from "../record/recorder";
import { Symbolizer } from "../record/symbolizer";

/** Undefined when the symbolizer is not installed: recording works, call sites have no lines. */
export function makeResolver(native: string): SiteResolver | undefined {
  const path = join(native, "symbolizer");
  return existsSync(path) ? new Symbolizer({ command: [path] }) : undefined;
}
