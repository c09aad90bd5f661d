/** The table behind each chart: same order, same units. Rows are made only while their table is shown. */
import { formatCount, formatRate, formatTime } from "#protocol/format";
import type { Frame } from "#protocol/frames";
import { type LatencyNs, PHASES } from "#protocol/report";
import type { ErrorsShape } from "../../charts/errors/shape";
import { bucketLabel, filledShare } from "../../charts/window";
import { createTable, type Table } from "../../components/table";

export interface BucketRow {
  readonly time: string;
  readonly calls: number;
  /** Undefined while the bucket has not begun. */
  readonly perS: number | undefined;
  readonly p50: string;
  readonly p99: string;
  readonly max: string;
  readonly lost: number;
}

const NONE = "–";

/** One row a bucket that has begun, oldest first. */
export function bucketRows(frame: Frame, op: string): BucketRow[] {
  const series = frame.series.find((candidate) => candidate.op === op);
  const { buckets, bucketNs } = frame.window;
  return Array.from({ length: buckets }, (_, index) => {
    const lost = frame.lost[index] ?? 0;
    const filled = filledShare(frame, index);
    const calls = series?.count[index] ?? 0;
    const time = (values: readonly (number | null)[] | undefined): string => {
      const value = values?.[index];
      return value === null || value === undefined || lost > 0 ? NONE : formatTime(value);
    };
    return {
      time: bucketLabel(frame, index),
      calls,
      perS: filled === 0 ? undefined : calls / ((bucketNs / 1e9) * filled),
      p50: time(series?.p50Ns),
      p99: time(series?.p99Ns),
      max: time(series?.maxNs),
      lost,
    };
  }).filter((row) => row.perS !== undefined);
}

export function createLatencyTwin(): Table<BucketRow> {
  return createTable<BucketRow>({
    caption: "Latency by bucket",
    none: "No bucket has begun.",
    key: (row) => row.time,
    columns: [
      { head: "From", className: "number", text: (row) => row.time },
      { head: "Calls", number: true, text: (row) => formatCount(row.calls) },
      { head: "p50", number: true, text: (row) => row.p50 },
      { head: "p99", number: true, text: (row) => row.p99 },
      { head: "max", number: true, text: (row) => row.max },
      { head: "Lost", number: true, text: (row) => formatCount(row.lost) },
    ],
  });
}

export function createThroughputTwin(): Table<BucketRow> {
  return createTable<BucketRow>({
    caption: "Calls by bucket",
    none: "No bucket has begun.",
    key: (row) => row.time,
    columns: [
      { head: "From", className: "number", text: (row) => row.time },
      { head: "Calls", number: true, text: (row) => formatCount(row.calls) },
      { head: "Rate", number: true, text: (row) => formatRate(row.perS ?? 0) },
      { head: "Lost", number: true, text: (row) => formatCount(row.lost) },
    ],
  });
}

export interface FailureRow {
  readonly time: string;
  readonly errno: string;
  readonly count: number;
}

/** Every bucket of every lane that has failures, oldest first. */
export function failureRows(frame: Frame, shape: ErrorsShape): FailureRow[] {
  return Array.from({ length: frame.window.buckets }, (_, index) => index).flatMap((index) =>
    shape.lanes
      .filter((lane) => (lane.count[index] ?? 0) > 0)
      .map((lane) => ({
        time: bucketLabel(frame, index),
        errno: lane.name,
        count: lane.count[index] ?? 0,
      })),
  );
}

export function createErrorsTwin(): Table<FailureRow> {
  return createTable<FailureRow>({
    caption: "Failed calls by bucket and errno",
    none: "No call failed in this window.",
    key: (row) => `${row.time} ${row.errno}`,
    columns: [
      { head: "From", className: "number", text: (row) => row.time },
      { head: "Errno", text: (row) => row.errno },
      { head: "Calls", number: true, text: (row) => formatCount(row.count) },
    ],
  });
}

export interface PhaseTableRow {
  readonly name: string;
  readonly latency: LatencyNs | null;
}

/** Phases in the order a fault goes through them, and the whole latency. */
export function phaseRows({ report }: Frame): PhaseTableRow[] {
  const phases = PHASES.map((phase) => ({ name: phase as string, latency: report.faults.phasesNs[phase] }));
  return [...phases, { name: "latency", latency: report.faults.latencyNs }];
}

export function createPhasesTwin(): Table<PhaseTableRow> {
  const statistic = (head: string, pick: (latency: LatencyNs) => number) => ({
    head,
    number: true,
    text: ({ latency }: PhaseTableRow) => (latency === null ? NONE : formatTime(pick(latency))),
  });
  return createTable<PhaseTableRow>({
    caption: "Fault latency by phase",
    none: "No fault was raised.",
    key: (row) => row.name,
    columns: [
      { head: "Phase", text: (row) => row.name },
      statistic("mean", (latency) => latency.mean),
      statistic("p50", (latency) => latency.p50),
      statistic("p90", (latency) => latency.p90),
      statistic("p99", (latency) => latency.p99),
      statistic("max", (latency) => latency.max),
    ],
  });
}
