/** The smaller tables of the overview, each made of the report as it is. */
import { formatBytes, formatCount, formatShare, formatTime } from "#protocol/format";
import type { FaultReport, IoctlReport, Report } from "#protocol/report";
import { createTable, type Table } from "../../components/table";
import { programName, safeText } from "../../text";
import { failedCalls } from "./figures";

export function createIoctlTable(): Table<IoctlReport> {
  const time = (ns: number | undefined): string => (ns === undefined ? "–" : formatTime(ns));
  return createTable<IoctlReport>({
    caption: "Ioctls",
    none: "No userfaultfd ioctl was called.",
    key: (ioctl) => ioctl.op,
    columns: [
      { head: "Op", text: (ioctl) => safeText(ioctl.op) },
      { head: "Calls", number: true, text: (ioctl) => formatCount(ioctl.calls) },
      { head: "Failed", number: true, text: (ioctl) => formatCount(failedCalls(ioctl)) },
      {
        head: "Partial",
        number: true,
        meaning: "EAGAIN after part of the range was done",
        text: (ioctl) => formatCount(ioctl.partial),
      },
      { head: "Bytes", number: true, text: (ioctl) => formatBytes(ioctl.bytes) },
      { head: "p50", number: true, text: (ioctl) => time(ioctl.latencyNs?.p50) },
      { head: "p90", number: true, text: (ioctl) => time(ioctl.latencyNs?.p90) },
      { head: "p99", number: true, text: (ioctl) => time(ioctl.latencyNs?.p99) },
      { head: "p99.9", number: true, text: (ioctl) => time(ioctl.latencyNs?.p999) },
      { head: "max", number: true, text: (ioctl) => time(ioctl.latencyNs?.max) },
    ],
  });
}

export interface ErrorRow {
  readonly op: string;
  readonly errno: string;
  readonly count: number;
  readonly calls: number;
}

/** Failures by op and errno, most first. */
export function errorRows(report: Report): ErrorRow[] {
  return report.ioctls
    .flatMap(({ op, calls, errors }) => Object.entries(errors).map(([errno, count]) => ({ op, errno, count, calls })))
    .filter((row) => row.count > 0)
    .sort((a, b) => b.count - a.count);
}

export function createErrorTable(): Table<ErrorRow> {
  return createTable<ErrorRow>({
    caption: "Errors by op and errno",
    none: "No call failed.",
    key: (row) => `${row.op}\n${row.errno}`,
    most: 8,
    columns: [
      { head: "Op", text: (row) => safeText(row.op) },
      { head: "Errno", className: "strong", text: (row) => safeText(row.errno) },
      { head: "Calls", number: true, text: (row) => formatCount(row.count) },
      {
        head: "Share",
        number: true,
        meaning: "Part of all calls of this op",
        text: (row) => formatShare(row.calls === 0 ? 0 : row.count / row.calls),
      },
    ],
  });
}

export interface CountRow {
  readonly name: string;
  readonly count: number;
  readonly whole: number;
}

/** The faults by kind, by access and by outcome; groups that are all zero are left out. */
export function faultRows(faults: FaultReport): CountRow[] {
  const { total, missing, wp, minor, read, write, resolved, outstanding, unlinked } = faults;
  const counts = { missing, "write-protected": wp, minor, read, write, resolved, outstanding, "not linked": unlinked };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => ({ name, count, whole: total }));
}

export function createFaultTable(): Table<CountRow> {
  return createTable<CountRow>({
    caption: "Faults",
    none: "No fault was raised.",
    key: (row) => row.name,
    columns: [
      { head: "Kind, access, outcome", text: (row) => row.name },
      { head: "Faults", number: true, text: (row) => formatCount(row.count) },
      { head: "Share", number: true, text: (row) => formatShare(row.whole === 0 ? 0 : row.count / row.whole) },
    ],
  });
}

export function createProcessTable(): Table<Report["processes"][number]> {
  return createTable<Report["processes"][number]>({
    caption: "Processes",
    none: "No process is known yet.",
    key: (row) => String(row.pid),
    most: 8,
    columns: [
      { head: "Process", text: (row) => programName(row.command), title: (row) => safeText(row.command) },
      { head: "pid", className: "number", text: (row) => String(row.pid) },
    ],
  });
}
