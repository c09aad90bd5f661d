/** The documentation page of a diagnostic code, made from the tables. */
import { CAUSES } from "./causes";
import type { DiagnosticCode } from "./codes";
import { minimalProgram } from "./programs";

/** Markdown for `docs/diagnostics/<code>.md`. */
export function diagnosticPage(entry: DiagnosticCode): string {
  const facts = [
    entry.errno ? `errno: \`${entry.errno}\`` : entry.ops.length > 0 ? "The call itself succeeds." : "",
    entry.ops.length > 0 ? `calls: ${entry.ops.map((op) => `\`UFFDIO_${op}\``).join(", ")}` : "",
    `since: Linux ${entry.since}`,
    `severity unless the analysis knows better: ${entry.severity}`,
  ].filter((fact) => fact !== "");
  return [
    `# ${entry.code}: ${entry.title}`,
    facts.map((fact) => `* ${fact}`).join("\n"),
    "## What the kernel does",
    entry.kernel,
    "## What to do",
    entry.cure,
    ...conditions(entry.code),
    ...program(entry.code),
    "",
  ].join("\n\n");
}

const RESULT_WORDS = {
  untouched: "is left as it was",
  errno: "holds -errno",
  "errno or bytes": "holds -errno, or the bytes done before",
  bytes: "holds the bytes done before",
  none: "does not exist",
} as const;

function conditions(code: string): string[] {
  const causes = CAUSES.filter((cause) => cause.code === code);
  if (causes.length === 0) return [];
  const rows = causes.map(({ op, errno, condition, result, cure }) => {
    const call = op === "any" ? "any" : `\`UFFDIO_${op}\``;
    return `| ${call} | \`${errno}\` | ${condition} | ${RESULT_WORDS[result]} | ${cure} |`;
  });
  return [
    "## When exactly",
    ["| call | errno | when | result field | cure |", "| --- | --- | --- | --- | --- |", ...rows].join("\n"),
  ];
}

function program(code: string): string[] {
  const text = minimalProgram(code);
  return text === undefined ? [] : ["## A program that shows it", `\`\`\`c\n${text}\`\`\``];
}

/** Markdown for `docs/diagnostics/README.md`: the list of all codes. */
export function diagnosticIndex(entries: readonly DiagnosticCode[]): string {
  const rows = entries.map(({ code, errno, title, severity }) => {
    return `| [${code}](${code}.md) | ${errno ?? "–"} | ${title} | ${severity} |`;
  });
  return [
    "# Diagnostics",
    "Codes are the same for what is predicted from a source and for what was seen in a recording.",
    ["| code | errno | what | severity |", "| --- | --- | --- | --- |", ...rows].join("\n"),
    "",
  ].join("\n\n");
}
