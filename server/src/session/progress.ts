/** The line of progress: the busiest ioctl of the last second, and totals. */
import type { Progress } from "../record/handle";
import { FINEST_NS } from "../trace/timeLevels";
import type { Trace } from "../trace/trace";

/** Whole finest buckets that make about a second. */
const SECOND_BUCKETS = 60;

function busiest(trace: Trace): Progress["busiest"] {
  const [op] = [...trace.ioctls.byOp.values()].sort((a, b) => b.calls - a.calls);
  if (!op) return null;
  const now = Math.floor(trace.lastNs / FINEST_NS);
  const first = Math.max(0, now - SECOND_BUCKETS);
  const recent = op.series.window(first * FINEST_NS, FINEST_NS * 64, 1)[0]?.latency;
  const shown = recent !== undefined && recent.count > 0 ? recent : op.latency;
  const [p50Ns = 0, p99Ns = 0] = shown.percentiles([0.5, 0.99]);
  const seconds = ((now - first) * FINEST_NS) / 1e9;
  return { op: op.op, callsPerS: seconds > 0 ? (recent?.count ?? 0) / seconds : 0, p50Ns, p99Ns };
}

export function progressOf(trace: Trace, elapsedNs: number, fileBytes: number): Progress {
  return { elapsedNs, events: trace.events, lost: trace.losses.total, fileBytes, busiest: busiest(trace) };
}
