/** Findings in words: what failed where, why, and what to do. */
import { formatQuantity } from "#protocol/format";
import type { FindingReport, Report } from "#protocol/report";
import { placeText } from "./place";
import { printable, wrap } from "./table";

const MAX_FINDINGS = 12;
const INDENT = "    ";

function finding(found: FindingReport, cwd: string, columns: number): string {
  const at = found.file === null ? "" : ` at ${placeText(found.file, found.line, cwd)}`;
  const head = `${found.code}${at}${found.confidence === null ? "" : ` (${found.confidence})`}`;
  const { cause } = found;
  const elsewhere = cause && cause.file !== null && (cause.file !== found.file || cause.line !== found.line);
  const lines = [
    found.message,
    ...(elsewhere ? [`Cause: ${cause.kind} at ${placeText(cause.file ?? "", cause.line, cwd)}.`] : []),
    ...(found.cure === "" ? [] : [`Cure: ${found.cure}`]),
  ];
  const body = lines.map((line) => `${INDENT}${wrap(printable(line), columns, INDENT)}\n`).join("");
  return `  ${printable(head)}\n${body}`;
}

export function findingsText(report: Report, cwd: string, columns: number): string {
  if (report.findings.length === 0) return "";
  const shown = report.findings.slice(0, MAX_FINDINGS);
  const more = report.findings.length - shown.length;
  const rest = more > 0 ? `  and ${formatQuantity(more, "other finding")}; --json has them all\n` : "";
  return `\nfindings\n${shown.map((found) => finding(found, cwd, columns)).join("")}${rest}`;
}
