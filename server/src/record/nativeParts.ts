/** Loading the native parts; the only place that names them. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Problem } from "#protocol/session";
import type { Addon } from "./addon";

const BUILD = "Build the native parts with `npm run setup && npm run build`.";

/** The addon, or the problem with it. */
export function loadAddon(native: string): Addon | Problem {
  const path = join(native, "addon.node");
  if (!existsSync(path)) {
    return { code: "addon-missing", message: `The native addon ${path} does not exist.`, remedy: BUILD };
  }
  try {
    return createRequire(path)(path) as Addon;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { code: "addon-broken", message: `The native addon cannot be loaded: ${reason}.`, remedy: BUILD };
  }
}

/** Command that starts the probe: the user's own one, or the bundled probe. */
export function probeCommand(native: string, own: readonly string[] | undefined): readonly string[] {
  return own !== undefined && own.length > 0 ? own : [join(native, "probe")];
}

/** Whether something is a problem and not what was asked for. */
export function isProblem(value: object): value is Problem {
  return "code" in value && "remedy" in value;
}
