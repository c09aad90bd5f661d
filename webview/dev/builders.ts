/** Smallest valid frames and reports, for tests and fixtures. Nothing here is a measurement. */
import type { Frame } from "#protocol/frames";
import type { FaultReport, IoctlReport, LatencyNs, Report, SiteReport } from "#protocol/report";

export function latencyOf(p50: number, spread = 10): LatencyNs {
  return {
    min: Math.round(p50 / 2),
    mean: Math.round(p50 * 1.5),
    p50,
    p90: Math.round(p50 * 1.3),
    p99: p50 * spread,
    p999: p50 * spread * 3,
    max: p50 * spread * 20,
  };
}

export const NO_FAULTS: FaultReport = {
  total: 0,
  missing: 0,
  wp: 0,
  minor: 0,
  read: 0,
  write: 0,
  resolved: 0,
  outstanding: 0,
  unlinked: 0,
  latencyNs: null,
  phasesNs: { notify: null, service: null, resolve: null, resume: null },
};

export function ioctlOf(part: Partial<IoctlReport>): IoctlReport {
  const calls = part.calls ?? 0;
  return { op: "MOVE", calls, ok: calls, partial: 0, errors: {}, bytes: 0, latencyNs: null, ...part };
}

export function siteOf(part: Partial<SiteReport>): SiteReport {
  const unknown = { file: null, line: null, function: null, module: null };
  return { ...unknown, op: "MOVE", calls: 1, errors: {}, latencyNs: null, ...part };
}

export function reportOf(part: Partial<Report>): Report {
  return {
    version: 1,
    durationNs: 0,
    events: 0,
    lost: 0,
    processes: [],
    ioctls: [],
    messages: {},
    faults: NO_FAULTS,
    sites: [],
    findings: [],
    tracer: null,
    notes: [],
    ...part,
  };
}

export function frameOf(part: Partial<Frame>): Frame {
  return {
    sequence: 1,
    nowNs: 0,
    window: { startNs: 0, bucketNs: 2 ** 27, buckets: 4 },
    series: [],
    errnos: [],
    lost: [0, 0, 0, 0],
    report: reportOf({}),
    rates: { ioctlsPerS: 0, faultsPerS: 0, bytesPerS: 0 },
    ...part,
  };
}
