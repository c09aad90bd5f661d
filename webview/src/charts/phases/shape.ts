/** Where a fault spends its time: one bar a statistic, divided by phase. */
import { formatShare, formatTime } from "#protocol/format";
import { type FaultReport, type LatencyNs, PHASES, type Phase } from "#protocol/report";

type Statistic = "mean" | "p50" | "p99";

export interface Segment {
  readonly phase: Phase;
  readonly ns: number;
  /** Part of the row, 0…1. */
  readonly share: number;
}

export interface PhaseRow {
  readonly statistic: Statistic;
  /** The same statistic of the whole fault, as measured, not added up. */
  readonly latencyNs: number | undefined;
  readonly segments: readonly Segment[];
}

export interface PhasesShape {
  readonly rows: readonly PhaseRow[];
  readonly sentence: string;
}

const ROWS: readonly Statistic[] = ["mean", "p50", "p99"];

/** Rows of the faults whose whole life is known; none when no phase has a value. */
export function shapePhases(faults: FaultReport): PhasesShape {
  const rows = ROWS.map((statistic) => row(faults, statistic)).filter((each) => each.segments.length > 0);
  return { rows, sentence: sentence(faults, rows) };
}

function row(faults: FaultReport, statistic: Statistic): PhaseRow {
  const known = PHASES.flatMap((phase) => {
    const latency: LatencyNs | null = faults.phasesNs[phase];
    return latency === null ? [] : [{ phase, ns: latency[statistic] }];
  });
  const total = known.reduce((all, { ns }) => all + ns, 0);
  const segments = total > 0 ? known.map(({ phase, ns }) => ({ phase, ns, share: ns / total })) : [];
  return { statistic, latencyNs: faults.latencyNs?.[statistic], segments };
}

function sentence(faults: FaultReport, rows: readonly PhaseRow[]): string {
  if (faults.total === 0) return "No fault was raised.";
  const longest = rows[0]?.segments.reduce((a, b) => (b.ns > a.ns ? b : a));
  if (longest === undefined) return "No fault could be followed from trap to running again.";
  return `Faults spend most of their time in ${longest.phase}: ${formatTime(longest.ns)} on average, ${formatShare(longest.share)} of the latency.`;
}
