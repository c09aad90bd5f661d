/** Aggregates for the visible window of a live or reopened recording: what a view draws. Nothing here grows with events. */
import type { Report } from "./report";

/** One line of the latency chart: an ioctl by name, or the faults. */
export interface Series {
  /** `MOVE`, `COPY`, …, or `fault`. */
  readonly op: string;
  /** Per bucket, oldest first; a bucket without calls has count 0 and null percentiles. */
  readonly count: readonly number[];
  readonly errors: readonly number[];
  readonly p50Ns: readonly (number | null)[];
  readonly p99Ns: readonly (number | null)[];
  readonly maxNs: readonly (number | null)[];
}

export interface Frame {
  /** Grows by one a frame; a gap means the view asks for a snapshot. */
  readonly sequence: number;
  /** Recording time of this frame, ns since its start. */
  readonly nowNs: number;
  /** The window the series cover. Buckets are a power of two wide. */
  readonly window: { readonly startNs: number; readonly bucketNs: number; readonly buckets: number };
  readonly series: readonly Series[];
  /** Failed calls per bucket by errno name, all ops together; one entry an errno seen in the window. Sums equal `series[].errors`. */
  readonly errnos: readonly { readonly errno: string; readonly count: readonly number[] }[];
  /** Events lost per bucket of the window, on all borders together. */
  readonly lost: readonly number[];
  /** Totals since the recording began: the same figures `report --json` prints. */
  readonly report: Report;
  /** Rates over the last second. */
  readonly rates: { readonly ioctlsPerS: number; readonly faultsPerS: number; readonly bytesPerS: number };
}
