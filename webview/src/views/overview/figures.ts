/** The row of figures: what the report says, made readable. Nothing is computed here but shares and sums. */
import { formatCount, formatShare, formatSignificant, sizeParts, timeParts } from "#protocol/format";
import type { Frame } from "#protocol/frames";
import type { IoctlReport, LatencyNs, Report } from "#protocol/report";
import { safeText } from "../../text";

export interface Figure {
  /** Stable name of the figure, also of its place on the page. */
  readonly key: string;
  readonly label: string;
  readonly number: string;
  readonly unit: string;
  /** What exactly it counts, on hover. */
  readonly meaning: string;
}

const NONE = { number: "–", unit: "" };
/** Before a count or a maximum that may be higher, because events were lost. */
const AT_LEAST = "≥\u00a0";

/** Calls that did not return 0. */
export function failedCalls(ioctl: IoctlReport): number {
  return ioctl.calls - ioctl.ok;
}

/** Totals over all ops. */
export function totals(report: Report): { readonly calls: number; readonly failed: number } {
  return report.ioctls.reduce(
    (all, ioctl) => ({ calls: all.calls + ioctl.calls, failed: all.failed + failedCalls(ioctl) }),
    { calls: 0, failed: 0 },
  );
}

/** Ops that can be chosen, also when the window holds no call of them: ioctls by calls, most first, then the faults. */
export function opsOf(frame: Frame): string[] {
  const { ioctls, faults } = frame.report;
  const called = ioctls.filter((ioctl) => ioctl.calls > 0);
  const ops = called.sort((a, b) => b.calls - a.calls || a.op.localeCompare(b.op)).map((ioctl) => ioctl.op);
  return faults.total > 0 ? [...ops, "fault"] : ops;
}

/** The figures for `op`; while recording rates are those of the last second, afterwards means of the whole recording. */
export function figures(frame: Frame, op: string | undefined, live: boolean): Figure[] {
  const { report, rates } = frame;
  const ioctl = report.ioctls.find((candidate) => candidate.op === op);
  const latency = op === "fault" ? report.faults.latencyNs : (ioctl?.latencyNs ?? null);
  const name = op === undefined ? "" : `${safeText(op, 10)} `;
  const { calls, failed } = totals(report);
  const seconds = report.durationNs / 1e9;
  const rate = (now: number, total: number): number => (live ? now : seconds > 0 ? total / seconds : 0);
  const over = live ? "over the last second" : "over the whole recording";
  const lossy = report.lost > 0;
  return [
    {
      key: "calls",
      label: "calls",
      ...perSecond(rate(rates.ioctlsPerS, calls), lossy),
      meaning: `userfaultfd ioctls a second, all ops, ${over}`,
    },
    { key: "p50", label: `${name}p50`, ...time(latency, "p50"), meaning: "Half of the calls took no longer than this" },
    { key: "p99", label: `${name}p99`, ...time(latency, "p99"), meaning: "99 of 100 calls took no longer than this" },
    { key: "max", label: `${name}max`, ...atLeast(time(latency, "max"), lossy), meaning: "The slowest call recorded" },
    {
      key: "faults",
      label: "faults",
      ...perSecond(rate(rates.faultsPerS, report.faults.total), lossy),
      meaning: `userfaultfd page faults a second, ${over}`,
    },
    {
      key: "faultP99",
      label: "fault p99",
      ...time(report.faults.latencyNs, "p99"),
      meaning: "99 of 100 faults ran again within this time",
    },
    { key: "bytes", ...bytes(report, ioctl, lossy) },
    {
      key: "errors",
      label: "errors",
      ...(calls === 0 ? NONE : splitShare(failed / calls)),
      meaning: `${formatCount(failed)} of ${formatCount(calls)} calls failed, all ops`,
    },
  ];
}

type Value = Pick<Figure, "number" | "unit">;

function time(latency: LatencyNs | null, statistic: "p50" | "p99" | "max"): Value {
  return latency === null ? NONE : timeParts(latency[statistic]);
}

function atLeast(value: Value, lossy: boolean): Value {
  return lossy && value !== NONE ? { ...value, number: AT_LEAST + value.number } : value;
}

function perSecond(rate: number, lossy: boolean): Value {
  return atLeast({ number: formatSignificant(rate), unit: "/s" }, lossy);
}

function bytes(report: Report, chosen: IoctlReport | undefined, lossy: boolean): Omit<Figure, "key"> {
  const ioctl = chosen ?? [...report.ioctls].sort((a, b) => b.bytes - a.bytes)[0];
  const meaning = "Bytes that the calls of this op covered with success";
  if (ioctl === undefined) return { label: "bytes", ...NONE, meaning };
  return { label: `${safeText(ioctl.op, 10)} bytes`, ...atLeast(sizeParts(ioctl.bytes), lossy), meaning };
}

function splitShare(share: number): Value {
  const [number = "0"] = formatShare(share).split("\u00a0%");
  return { number, unit: "%" };
}
