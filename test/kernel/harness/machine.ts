/** What this machine allows, and where the built parts are. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Addon } from "../../../server/src/record/addon";

const native = join(import.meta.dirname, "../../../dist/native");
export const probePath = join(native, "probe");
export const preloadPath = join(native, "libfaultscope-preload.so");
export const addonPath = join(native, "addon.node");

/** Why nothing can be traced here, or undefined. Shown in the name of what is skipped. */
export function whyNot(): string | undefined {
  if (!existsSync(addonPath)) return "the native parts are not built (npm run build)";
  if (process.getuid?.() !== 0) return "tracing needs root";
  if (!existsSync("/sys/kernel/btf/vmlinux")) return "the kernel has no BTF";
  return undefined;
}

let loaded: Addon | undefined;

export function addon(): Addon {
  loaded ??= createRequire(import.meta.url)(addonPath) as Addon;
  return loaded;
}
