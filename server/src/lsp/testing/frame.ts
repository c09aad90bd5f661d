/** A frame without content, for tests that look at its way and not at its figures. */
import type { Frame } from "#protocol/frames";
import { REPORT_VERSION } from "#protocol/report";

export function emptyFrame(sequence: number): Frame {
  return {
    sequence,
    nowNs: sequence * 100_000_000,
    window: { startNs: 0, bucketNs: 2 ** 27, buckets: 0 },
    series: [],
    errnos: [],
    lost: [],
    report: {
      version: REPORT_VERSION,
      durationNs: 0,
      events: 0,
      lost: 0,
      processes: [],
      ioctls: [],
      messages: {},
      faults: {
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
      },
      sites: [],
      findings: [],
      tracer: null,
      notes: [],
    },
    rates: { ioctlsPerS: 0, faultsPerS: 0, bytesPerS: 0 },
  };
}
