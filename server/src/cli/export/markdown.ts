/** A report as Markdown, for issues and pull requests. */
import { formatBytes, formatCount, formatQuantity, formatTime } from "#protocol/format";
import { type LatencyNs, PHASES, type Report } from "#protocol/report";

/** Text of the traced program must not become markup. */
function cell(text: string): string {
  return text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/[\n\r]+/g, " ");
}

function grid(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return line(titles) + line(titles.map((_, index) => (index === 0 ? "---" : "---:"))) + rows.map(line).join("");
}

const LATENCY = ["p50", "p90", "p99", "p99.9", "max"];
function latency(of: LatencyNs | null): string[] {
  return of ? [of.p50, of.p90, of.p99, of.p999, of.max].map(formatTime) : LATENCY.map(() => "–");
}

function errors(of: Readonly<Record<string, number>>): string {
  const all = Object.entries(of).map(([errno, count]) => `${errno} ${formatCount(count)}`);
  return all.length === 0 ? "–" : all.join(", ");
}

/** The whole report. */
export function reportMarkdown(report: Report): string {
  const ioctls = report.ioctls.map((row) => [
    row.op,
    formatCount(row.calls),
    errors(row.errors),
    formatBytes(row.bytes),
    ...latency(row.latencyNs),
  ]);
  const { faults } = report;
  const phases = [
    ["latency", ...latency(faults.latencyNs)],
    ...PHASES.map((phase) => [phase, ...latency(faults.phasesNs[phase])]),
  ];
  const sites = report.sites
    .slice(0, 20)
    .map((site) => [
      cell(site.file === null ? (site.module ?? "unknown") : `${site.file}:${site.line ?? "?"}`),
      cell(site.function ?? ""),
      site.op,
      formatCount(site.calls),
      errors(site.errors),
      ...latency(site.latencyNs).slice(0, 3),
    ]);
  const sections = [
    `# userfaultfd recording\n\n${report.processes.map(({ pid, command }) => `- ${pid} ${cell(command)}\n`).join("")}`,
    `${formatTime(report.durationNs)}, ${formatQuantity(report.events, "event")}, ${formatQuantity(report.lost, "event")} lost.\n`,
    report.notes.map((note) => `> ${cell(note)}\n`).join(""),
    ioctls.length === 0 ? "" : `## Ioctls\n\n${grid(["op", "calls", "errors", "bytes", ...LATENCY], ioctls)}`,
    faults.total === 0
      ? ""
      : `## Faults\n\n${formatCount(faults.total)} in all, ${formatCount(faults.resolved)} resolved, ${formatCount(faults.outstanding)} waiting, ${formatCount(faults.unlinked)} unlinked.\n\n${grid(["phase", ...LATENCY], phases)}`,
    sites.length === 0
      ? ""
      : `## Call sites\n\n${grid(["site", "function", "op", "calls", "errors", "p50", "p90", "p99"], sites)}`,
  ];
  return `${sections.filter((section) => section !== "").join("\n")}`;
}
