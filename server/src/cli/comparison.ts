/** Two reports side by side: B relative to A. */
import type { IoctlReport, LatencyNs, Report } from "#protocol/report";

/** A figure of both recordings; `change` is B/A, null where A has none. */
export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly change: number | null;
}

export interface LatencyComparison {
  readonly p50: Pair;
  readonly p99: Pair;
  readonly max: Pair;
}

export interface OpComparison {
  readonly op: string;
  readonly calls: Pair;
  readonly callsPerS: Pair;
  readonly errors: Pair;
  /** Null when one of the recordings has no such call. */
  readonly latencyNs: LatencyComparison | null;
}

export interface Comparison {
  readonly version: 1;
  readonly a: { readonly file: string; readonly durationNs: number; readonly lost: number };
  readonly b: { readonly file: string; readonly durationNs: number; readonly lost: number };
  readonly ioctls: readonly OpComparison[];
  readonly faults: { readonly total: Pair; readonly perS: Pair; readonly latencyNs: LatencyComparison | null };
}

function pair(a: number, b: number): Pair {
  return { a, b, change: a > 0 ? b / a : null };
}

function latencies(a: LatencyNs | null | undefined, b: LatencyNs | null | undefined): LatencyComparison | null {
  if (!a || !b) return null;
  return { p50: pair(a.p50, b.p50), p99: pair(a.p99, b.p99), max: pair(a.max, b.max) };
}

function perSecond(count: number, { durationNs }: Report): number {
  return durationNs > 0 ? (count * 1e9) / durationNs : 0;
}

function compareOp(op: string, reports: readonly [Report, Report]): OpComparison {
  const [a, b] = reports.map(({ ioctls }) => ioctls.find((row) => row.op === op)) as (IoctlReport | undefined)[];
  const failed = (row: IoctlReport | undefined): number => (row ? row.calls - row.ok : 0);
  return {
    op,
    calls: pair(a?.calls ?? 0, b?.calls ?? 0),
    callsPerS: pair(perSecond(a?.calls ?? 0, reports[0]), perSecond(b?.calls ?? 0, reports[1])),
    errors: pair(failed(a), failed(b)),
    latencyNs: latencies(a?.latencyNs, b?.latencyNs),
  };
}

/** Compares two reports; `files` are their names. Ops in the order of A, then those only B has. */
export function compareReports(a: Report, b: Report, files: readonly [string, string]): Comparison {
  const ops = [...new Set([...a.ioctls, ...b.ioctls].map(({ op }) => op))];
  return {
    version: 1,
    a: { file: files[0], durationNs: a.durationNs, lost: a.lost },
    b: { file: files[1], durationNs: b.durationNs, lost: b.lost },
    ioctls: ops.map((op) => compareOp(op, [a, b])),
    faults: {
      total: pair(a.faults.total, b.faults.total),
      perS: pair(perSecond(a.faults.total, a), perSecond(b.faults.total, b)),
      latencyNs: latencies(a.faults.latencyNs, b.faults.latencyNs),
    },
  };
}
