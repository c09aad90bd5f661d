/** A report in words and columns for people. */
import { basename } from "node:path";
import { formatBytes, formatCount, formatQuantity, formatShare, formatTime } from "#protocol/format";
import { type LatencyNs, PHASES, type Report, type SiteReport } from "#protocol/report";
import { errnoMeaning } from "../uffd/errnoMeanings";
import { findingsText } from "./findingsText";
import { placeText } from "./place";
import { type Column, printable, table, wrap } from "./table";

const MAX_SITES = 15;
const left = (title: string): Column => ({ title, align: "left" });
const right = (title: string): Column => ({ title, align: "right" });
const LATENCY = ["p50", "p90", "p99", "p99.9", "max"].map(right);

function latencyCells(latency: LatencyNs | null): string[] {
  if (!latency) return LATENCY.map(() => "–");
  return [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map(formatTime);
}

function processes(report: Report): string {
  const shown = report.processes.filter(({ command }) => command !== "").slice(0, 8);
  const more = report.processes.length - shown.length;
  const lines = shown.map(({ pid, command }) => `  ${pid}  ${printable(command)}\n`);
  return lines.join("") + (more > 0 ? `  and ${formatQuantity(more, "other process", "other processes")}\n` : "");
}

function ioctls(report: Report): string {
  if (report.ioctls.length === 0) return "";
  const columns = [
    left("ioctl"),
    right("calls"),
    right("ok"),
    right("partial"),
    right("errors"),
    right("bytes"),
    ...LATENCY,
  ];
  const rows = report.ioctls.map((row) => [
    row.op,
    formatCount(row.calls),
    formatCount(row.ok),
    formatCount(row.partial),
    formatCount(row.calls - row.ok),
    row.bytes > 0 ? formatBytes(row.bytes) : "–",
    ...latencyCells(row.latencyNs),
  ]);
  return `\n${table(columns, rows)}`;
}

function errors(report: Report): string {
  const rows = report.ioctls.flatMap((row) =>
    Object.entries(row.errors).map(([errno, count]) => [
      row.op,
      errno,
      formatCount(count),
      formatShare(count / row.calls),
      errnoMeaning(row.op, errno),
    ]),
  );
  if (rows.length === 0) return "";
  return `\n${table([left("errors of"), left("errno"), right("calls"), right("share"), left("means")], rows)}`;
}

function messages(report: Report): string {
  const all = Object.entries(report.messages);
  if (all.length === 0) return "";
  return `\nmessages  ${all.map(([name, count]) => `${printable(name)} ${formatCount(count)}`).join(" · ")}\n`;
}

function faults(report: Report): string {
  const f = report.faults;
  if (f.total === 0) return "";
  const counts = (["missing", "wp", "minor"] as const)
    .filter((kind) => f[kind] > 0)
    .map((kind) => `${kind} ${formatCount(f[kind])}`);
  const head = [
    `faults  ${formatCount(f.total)}`,
    ...counts,
    `read ${formatCount(f.read)}`,
    `write ${formatCount(f.write)}`,
    `resolved ${formatCount(f.resolved)}`,
    `waiting ${formatCount(f.outstanding)}`,
    `unlinked ${formatCount(f.unlinked)}`,
  ].join(" · ");
  const rows = [
    ["latency", ...latencyCells(f.latencyNs)],
    ...PHASES.map((phase) => [`  ${phase}`, ...latencyCells(f.phasesNs[phase])]),
  ];
  return `\n${head}\n${table([left(""), ...LATENCY], rows)}`;
}

/** The place of a site as `file:line`, relative to where the reader is when it lies below. */
export function sitePlace(site: SiteReport, cwd: string): string {
  if (site.file !== null) return placeText(site.file, site.line, cwd);
  return site.module === null ? "unknown" : basename(site.module);
}

function sites(report: Report, cwd: string): string {
  if (report.sites.length === 0) return "";
  const rows = report.sites.slice(0, MAX_SITES).map((site) => [
    sitePlace(site, cwd),
    site.function ?? "",
    site.op,
    formatCount(site.calls),
    Object.entries(site.errors)
      .map(([errno, count]) => `${errno} ${formatCount(count)}`)
      .join(" "),
    site.latencyNs ? formatTime(site.latencyNs.p50) : "–",
    site.latencyNs ? formatTime(site.latencyNs.p99) : "–",
  ]);
  const columns = [
    left("call site"),
    left("function"),
    left("op"),
    right("calls"),
    left("errors"),
    right("p50"),
    right("p99"),
  ];
  const more = report.sites.length - rows.length;
  return `\n${table(columns, rows)}${more > 0 ? `and ${formatQuantity(more, "other call site")}\n` : ""}`;
}

function tracer({ tracer }: Report): string {
  if (!tracer) return "";
  const { kernel, hooks, calibrationNs } = tracer;
  const constants = calibrationNs
    ? `; its own ${formatTime(calibrationNs.ioctl)} a call and ${formatTime(calibrationNs.fault)} a fault are accounted for`
    : "; not calibrated";
  return `\ntraced on Linux ${printable(kernel)} with ${printable(hooks)}${constants}\n`;
}

/** The whole report. `columns` is the width that sentences are broken at. */
export function reportText(report: Report, cwd: string, columns: number): string {
  const lost = report.lost === 0 ? "lost 0" : `LOST ${formatCount(report.lost)}`;
  const head = `${formatTime(report.durationNs)} · ${formatQuantity(report.events, "event")} · ${lost}\n`;
  const notes = report.notes.map((note) => `note: ${wrap(printable(note), columns, "      ")}\n`).join("");
  const body =
    processes(report) +
    ioctls(report) +
    errors(report) +
    findingsText(report, cwd, columns) +
    messages(report) +
    faults(report) +
    sites(report, cwd) +
    tracer(report);
  return head + body + (notes === "" ? "" : `\n${notes}`);
}
