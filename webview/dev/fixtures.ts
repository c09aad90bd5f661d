/** SYNTHETIC frames from a seeded generator, for looking at the page. Nothing here is a measurement or a claim about Linux. */
import type { Frame, Series } from "#protocol/frames";
import type { LatencyNs, Report } from "#protocol/report";
import { frameOf, ioctlOf, reportOf, siteOf } from "./builders";
import { type Random, seeded } from "./random";

const BUCKET_NS = 2 ** 27;
const SPELLS_S = [
  [9.4, 14.1],
  [22, 25.8],
] as const;

export interface FixtureOptions {
  readonly sequence?: number;
  readonly buckets?: number;
  /** Seconds recorded so far. */
  readonly nowS?: number;
  readonly ops?: readonly string[];
  readonly lost?: boolean;
  readonly failures?: boolean;
  readonly findings?: boolean;
}

const MEDIANS: Readonly<Record<string, number>> = {
  MOVE: 3100,
  COPY: 7600,
  ZEROPAGE: 2100,
  WAKE: 900,
  fault: 27_200,
};

/** A frame like one of a compactor: two spells of reclaim, a fork that makes MOVE fail. */
export function syntheticFrame(options: FixtureOptions = {}): Frame {
  const { buckets = 240, nowS = 30.04, ops = ["MOVE", "COPY", "ZEROPAGE", "WAKE", "fault"] } = options;
  const random = seeded(0x5eed + (options.sequence ?? 0));
  const nowNs = nowS * 1e9;
  const startNs = Math.max(0, Math.ceil(nowNs / BUCKET_NS) - buckets) * BUCKET_NS;
  const fixed = seeded(41207);
  const all = ops.map((op) => series(op, { random: fixed, buckets, startNs, nowNs, lost: options.lost === true }));
  const failures = options.failures !== false;
  const errnos = failures ? errnoSeries(seeded(7), buckets, startNs, nowNs) : [];
  const lost = new Array<number>(buckets).fill(0);
  if (options.lost === true) {
    for (let index = 0; index < buckets; index++) {
      const at = (startNs + index * BUCKET_NS) / 1e9;
      if (at > 11.7 && at < 12.8) lost[index] = 288 + (index % 2);
    }
  }
  return frameOf({
    sequence: options.sequence ?? 1,
    nowNs,
    window: { startNs, bucketNs: BUCKET_NS, buckets },
    series: all,
    errnos,
    lost,
    report: report({ nowNs, lost: sum(lost), errnos, findings: options.findings === true }),
    rates: { ioctlsPerS: random.around(6813, 0.01), faultsPerS: random.around(416, 0.02), bytesPerS: 24e6 },
  });
}

function sum(counts: readonly number[]): number {
  return counts.reduce((a, b) => a + b, 0);
}

interface SeriesInput {
  readonly random: Random;
  readonly buckets: number;
  readonly startNs: number;
  readonly nowNs: number;
  readonly lost: boolean;
}

function series(op: string, { random, buckets, startNs, nowNs }: SeriesInput): Series {
  const median = MEDIANS[op] ?? 5000;
  const rate = op === "MOVE" ? 6400 : op === "fault" ? 416 : op === "WAKE" ? 12 : 180;
  const made = { op, count: [] as number[], errors: [] as number[], p50Ns: [] as (number | null)[] };
  const p99Ns: (number | null)[] = [];
  const maxNs: (number | null)[] = [];
  for (let index = 0; index < buckets; index++) {
    const at = (startNs + index * BUCKET_NS) / 1e9;
    const share = Math.min(1, Math.max(0, (nowNs - startNs - index * BUCKET_NS) / BUCKET_NS));
    const spell = SPELLS_S.some(([from, to]) => at > from && at < to);
    const pause = at % 5 > 4.7 && at < 26;
    const count = Math.round(random.around(rate * (pause ? 0.15 : spell ? 0.75 : 1), 0.04) * (BUCKET_NS / 1e9) * share);
    made.count.push(count);
    made.errors.push(0);
    const none = count === 0;
    const p50 = random.around(median * (spell ? 1.05 : 1), 0.02);
    const p99 = Math.max(p50, random.around(median * (spell ? 90 : 6), spell ? 0.08 : 0.35));
    made.p50Ns.push(none ? null : Math.round(p50));
    p99Ns.push(none ? null : Math.round(p99));
    maxNs.push(none ? null : Math.round(Math.max(p99 * 1.05, random.around(median * (spell ? 160 : 50), 0.6))));
  }
  return { ...made, p99Ns, maxNs };
}

function errnoSeries(random: Random, buckets: number, startNs: number, nowNs: number): Frame["errnos"] {
  const lane = (errno: string, countAt: (atS: number) => number) => ({
    errno,
    count: Array.from({ length: buckets }, (_, index) => {
      const at = (startNs + index * BUCKET_NS) / 1e9;
      return at * 1e9 > nowNs ? 0 : Math.round(countAt(at));
    }),
  });
  return [
    lane("EBUSY", (at) => (at > 18.2 && at < 19.6 ? 42 * Math.exp((18.2 - at) * 1.6) : 0)),
    lane("EEXIST", () => (random.next() < 0.15 ? 1 + random.next() * 2 : 0)),
    lane("EAGAIN", (at) => (SPELLS_S.some(([from, to]) => at > from && at < to) && random.next() < 0.5 ? 1 : 0)),
    lane("ENOENT", () => (random.next() < 0.02 ? 1 : 0)),
  ];
}

function latency(p50: number, p99: number, max: number): LatencyNs {
  return {
    min: Math.round(p50 * 0.4),
    mean: Math.round(p50 * 1.6),
    p50,
    p90: Math.round(p50 * 1.3),
    p99,
    p999: Math.round((p99 * 2 + max) / 6),
    max,
  };
}

interface ReportInput {
  readonly nowNs: number;
  readonly lost: number;
  readonly errnos: Frame["errnos"];
  readonly findings: boolean;
}

function report({ nowNs, lost, errnos, findings }: ReportInput): Report {
  const moves = Math.round(nowNs * 6e-6);
  const total = (errno: string): number => sum(errnos.find((lane) => lane.errno === errno)?.count ?? []);
  const [EBUSY, EEXIST, EAGAIN, ENOENT] = ["EBUSY", "EEXIST", "EAGAIN", "ENOENT"].map(total) as [
    number,
    number,
    number,
    number,
  ];
  const large = Math.round(EBUSY / 10);
  const failed = EBUSY + EAGAIN + ENOENT;
  const gc = "/home/dev/compactor/src/gc.c";
  return reportOf({
    durationNs: nowNs,
    events: moves + 40_000,
    lost,
    processes: [
      { pid: 41207, command: "/home/dev/compactor/compactor" },
      { pid: 41260, command: "/home/dev/compactor/compactor" },
    ],
    ioctls: [
      ioctlOf({
        op: "MOVE",
        calls: moves,
        ok: moves - failed,
        partial: EAGAIN,
        errors: { EBUSY, EAGAIN, ENOENT },
        bytes: moves * 4096,
        latencyNs: latency(3104, 133_000, 5_130_000),
      }),
      ioctlOf({
        op: "COPY",
        calls: 2140,
        ok: 2140 - EEXIST,
        errors: { EEXIST },
        bytes: 2140 * 4096,
        latencyNs: latency(7600, 157_000, 2_100_000),
      }),
      ioctlOf({ op: "ZEROPAGE", calls: 803, bytes: 803 * 4096, latencyNs: latency(2100, 18_000, 91_000) }),
      ioctlOf({ op: "WAKE", calls: 59, latencyNs: latency(900, 4000, 12_000) }),
      ioctlOf({ op: "REGISTER", calls: 3, bytes: 1.06 * 2 ** 30, latencyNs: latency(14_000, 31_000, 31_000) }),
      ioctlOf({ op: "API", calls: 2, latencyNs: latency(1100, 1300, 1300) }),
    ],
    messages: { PAGEFAULT: 12_480, FORK: 1 },
    faults: {
      total: 12_480,
      missing: 12_480,
      wp: 0,
      minor: 0,
      read: 4120,
      write: 8360,
      resolved: 12_470,
      outstanding: 3,
      unlinked: 7,
      latencyNs: { ...latency(27_200, 256_000, 1_970_000), mean: 39_800 },
      phasesNs: {
        notify: { ...latency(5450, 37_700, 139_000), mean: 7100 },
        service: { ...latency(11_600, 137_000, 1_060_000), mean: 18_200 },
        resolve: { ...latency(4670, 191_000, 593_000), mean: 9300 },
        resume: { ...latency(4200, 8550, 1_950_000), mean: 5200 },
      },
    },
    sites: [
      siteOf({
        file: gc,
        line: 131,
        function: "evacuate_page",
        calls: moves - 20_000,
        errors: { EBUSY: EBUSY - large, ENOENT },
        latencyNs: latency(3080, 131_000, 5_130_000),
      }),
      siteOf({
        file: gc,
        line: 164,
        function: "evacuate_large",
        calls: 20_000,
        errors: { EAGAIN, EBUSY: large },
        latencyNs: latency(4300, 140_000, 3_900_000),
      }),
      siteOf({
        file: "/home/dev/compactor/src/handler.c",
        line: 77,
        function: "serve_fault",
        op: "COPY",
        calls: 2140,
        errors: { EEXIST },
        latencyNs: latency(7600, 157_000, 2_100_000),
      }),
      siteOf({
        file: gc,
        line: 212,
        function: "zero_tail",
        op: "ZEROPAGE",
        calls: 803,
        latencyNs: latency(2100, 18_000, 91_000),
      }),
      siteOf({ module: "/usr/lib/libpool.so.2+0x1f40", op: "WAKE", calls: 59, latencyNs: latency(900, 4000, 12_000) }),
    ],
    findings: findings
      ? [
          {
            code: "ebusy-fork",
            count: EBUSY - large,
            file: gc,
            line: 131,
            message: `MOVE refused ${EBUSY - large} times after a fork`,
            cause: { kind: "fork", timeNs: 18.2e9, pid: 41207, tid: 41207, file: gc, line: 88 },
            op: "MOVE",
            errno: "EBUSY",
            confidence: "certain",
            cure: "Set MADV_DONTFORK on the source before forking.",
            alternatives: [],
          },
        ]
      : [],
    notes: [
      "Faults raised inside the kernel by get_user_pages have no trap event; they are counted without a notify phase.",
    ],
  });
}
