/** The document Doctor opens. */
import type { DoctorCheck } from "#protocol/session";

const MARKS: Readonly<Record<DoctorCheck["status"], string>> = { ok: "✓", limited: "▲", missing: "✗" };

/** Markdown that reads well as plain text: the verdict first, then what is missing with its remedy, then the rest. */
export function doctorText(checks: readonly DoctorCheck[]): string {
  const bad = checks.filter(({ status }) => status === "missing");
  const rank = { missing: 0, limited: 1, ok: 2 };
  const sorted = [...checks].sort((a, b) => rank[a.status] - rank[b.status]);
  const verdict =
    checks.length === 0
      ? "Nothing was examined: the language server answered without a single check. Show the log."
      : bad.length === 0
        ? "Faultscope can record on this machine."
        : `Faultscope cannot record on this machine: ${bad.map(({ name }) => name).join(", ")}.`;
  const lines = sorted.flatMap(({ name, status, detail, remedy }) => [
    `${MARKS[status]} ${name}: ${detail}`,
    ...(remedy === "" ? [] : [`  Remedy: ${remedy}`]),
    "",
  ]);
  return ["# What this machine allows", "", verdict, "", ...lines].join("\n");
}
