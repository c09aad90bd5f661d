import { createHash } from "node:crypto";
import type { Diagnostic } from "../analysis";

/** Name and version of the recipe; a change of it makes every finding new to who compares runs. */
export const FINGERPRINT = "faultscopeSite/v1";

export interface FingerprintHost {
  /** Text of a file. */
  text(file: string): string | undefined;
  /** Name of a file that is the same on every machine. */
  name(file: string): string;
}

/**
 * Fingerprints that stay the same when lines are added elsewhere: code, file and words of the line, and which of the
 * same it is.
 */
export function fingerprints(diagnostics: readonly Diagnostic[], host: FingerprintHost): string[] {
  const seen = new Map<string, number>();
  const lines = new Map<string, readonly string[]>();
  return diagnostics.map((d) => {
    const text = lines.get(d.file) ?? (host.text(d.file) ?? "").split("\n");
    lines.set(d.file, text);
    const words = (text[d.range.start.line] ?? "").trim().replace(/\s+/g, " ");
    const site = [d.code, host.name(d.file), words].join("\0");
    const nth = (seen.get(site) ?? 0) + 1;
    seen.set(site, nth);
    return `${createHash("sha256").update(site).digest("hex").slice(0, 16)}:${nth}`;
  });
}
