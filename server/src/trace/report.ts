/** The report of a recording: what `faultscope report --json` prints and every frame carries. */
import { type IoctlReport, REPORT_VERSION, type Report, type TracerReport } from "#protocol/report";
import { errorRecord, type OpStats } from "./ioctlStats";
import { notesOf } from "./notes";
import type { Trace } from "./trace";

function ioctlReport(stats: OpStats): IoctlReport {
  return {
    op: stats.op,
    calls: stats.calls,
    ok: stats.ok,
    partial: stats.partial,
    errors: errorRecord(stats.errors),
    bytes: stats.bytes,
    latencyNs: stats.latency.summary(),
  };
}

/** Ops by number of calls, most frequent first. */
export function sortedOps(trace: Trace): OpStats[] {
  return [...trace.ioctls.byOp.values()].sort((a, b) => b.calls - a.calls || a.op.localeCompare(b.op));
}

function tracerReport({ machine }: Trace): TracerReport | null {
  if (!machine) return null;
  const { kernel, hooks, calibration } = machine;
  // Recorded as what was seen minus what the program measured.
  const calibrationNs = calibration ? { ioctl: -calibration.ioctlNs, fault: -calibration.faultNs } : null;
  return { kernel, hooks, calibrationNs };
}

export function buildReport(trace: Trace): Report {
  const ops = sortedOps(trace);
  return {
    version: REPORT_VERSION,
    durationNs: trace.lastNs,
    events: trace.events,
    lost: trace.losses.total,
    processes: trace.processes.all().map(({ pid, command }) => ({ pid, command })),
    ioctls: ops.map(ioctlReport),
    messages: Object.fromEntries([...trace.messages].sort(([, a], [, b]) => b - a)),
    faults: trace.faults.stats.report(trace.faults.waiting()),
    sites: trace.sites.report(ops),
    findings: trace.findings.report(trace.sites, trace.causes.waits.overdue(trace.lastNs)),
    tracer: tracerReport(trace),
    notes: notesOf(trace),
  };
}
