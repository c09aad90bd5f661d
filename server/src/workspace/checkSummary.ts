import type { Diagnostic } from "../analysis";

const SEVERITIES = ["error", "warning", "information", "hint"] as const;

/** What a check comes to, in one sentence. */
export function checkSummary(files: number, diagnostics: readonly Diagnostic[]): string {
  const checked = `${files} ${files === 1 ? "file" : "files"}`;
  if (diagnostics.length === 0) return `No findings in ${checked}.`;
  const counts = SEVERITIES.map((s) => ({ s, n: diagnostics.filter((d) => d.severity === s).length }))
    .filter(({ n }) => n > 0)
    .map(({ s, n }) => `${n} ${s}${n === 1 || s === "information" ? "" : "s"}`);
  return `${counts.join(", ")} in ${checked}.`;
}
