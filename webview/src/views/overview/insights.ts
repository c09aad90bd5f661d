/** What matters now, in words: losses, the server's findings, failures it has no finding for, faults that were never resolved. */
import { formatCount, formatQuantity, formatShare } from "#protocol/format";
import type { Frame } from "#protocol/frames";
import type { FindingReport, Report } from "#protocol/report";
import { instantLabel, lossGaps } from "../../charts/window";
import { safeText, siteLabel } from "../../text";

export interface Place {
  readonly label: string;
  readonly file: string;
  readonly line: number;
}

export interface Insight {
  /** Stable over frames, so that the same sentence keeps its place and focus. */
  readonly key: string;
  readonly kind: "loss" | "error" | "waiting";
  readonly title: string;
  /** Words before each place: `at` gc.c:131. */
  readonly places: readonly { readonly word: string; readonly place: Place }[];
  readonly detail: string;
}

/** All insights, the gravest first. A fault that waits while recording is the normal case and none. */
export function insights(frame: Frame, live: boolean): Insight[] {
  const { report } = frame;
  const findings = report.findings.map((finding) => fromFinding(finding, frame));
  const ranked = [...findings, ...unexplained(report)].sort((a, b) => b.count - a.count);
  return [...losses(frame), ...ranked.map(({ insight }) => insight), ...(live ? [] : unresolved(report))];
}

function losses(frame: Frame): Insight[] {
  const { lost } = frame.report;
  if (lost === 0) return [];
  const gaps = lossGaps(frame);
  const [first, last] = [gaps[0], gaps[gaps.length - 1]];
  const when =
    first === undefined || last === undefined
      ? "before this window"
      : `between ${instantLabel(frame, first.startNs)} and ${instantLabel(frame, last.endNs)}`;
  return [
    {
      key: "loss",
      kind: "loss",
      title: `${formatQuantity(lost, "event")} lost ${when}`,
      places: [],
      detail: "Counts and maxima are lower bounds (≥); percentiles are left out there.",
    },
  ];
}

interface Ranked {
  readonly count: number;
  readonly insight: Insight;
}

function fromFinding(finding: FindingReport, frame: Frame): Ranked {
  const { code, cause, count } = finding;
  const site = placeOf(finding);
  const origin = cause === null ? undefined : placeOf(cause);
  const places = [
    ...(site === undefined ? [] : [{ word: "at", place: site }]),
    ...(origin === undefined ? [] : [{ word: `${safeText(cause?.kind ?? "cause")} at`, place: origin }]),
  ];
  const when =
    cause === null ? "" : `${safeText(cause.kind)} at ${instantLabel(frame, cause.timeNs)}, pid ${cause.pid}`;
  const detail = [safeText(code), when].filter((part) => part !== "").join(" · ");
  const key = `finding ${code} ${finding.op ?? ""} ${finding.file ?? ""} ${finding.line ?? ""} ${cause?.kind ?? ""} ${cause?.file ?? ""} ${cause?.line ?? ""}`;
  return { count, insight: { key, kind: "error", title: safeText(finding.message, 300), places, detail } };
}

/** Failures by errno beyond what findings of that errno account for. */
function unexplained(report: Report): Ranked[] {
  const errnos = new Set(report.ioctls.flatMap((ioctl) => Object.keys(ioctl.errors)));
  return [...errnos].flatMap((errno) => {
    const explained = report.findings
      .filter((finding) => finding.errno === errno)
      .reduce((all, finding) => all + finding.count, 0);
    const failing = report.ioctls.filter((ioctl) => (ioctl.errors[errno] ?? 0) > 0);
    const count = failing.reduce((all, ioctl) => all + (ioctl.errors[errno] ?? 0), 0) - explained;
    if (count <= 0) return [];
    const calls = failing.reduce((all, ioctl) => all + ioctl.calls, 0);
    const ops = failing.map((ioctl) => safeText(ioctl.op)).join(", ");
    const site = [...report.sites].sort((a, b) => (b.errors[errno] ?? 0) - (a.errors[errno] ?? 0))[0];
    const place = site !== undefined && (site.errors[errno] ?? 0) > 0 ? placeOf(site) : undefined;
    const insight: Insight = {
      key: `errno ${errno}`,
      kind: "error",
      title: `${ops}: ${safeText(errno)} ${formatCount(count)} ${count === 1 ? "time" : "times"}`,
      places: place === undefined ? [] : [{ word: "most at", place }],
      detail: `${formatShare(count / calls)} of ${formatQuantity(calls, "call")}`,
    };
    return [{ count, insight }];
  });
}

function unresolved(report: Report): Insight[] {
  const { outstanding } = report.faults;
  if (outstanding === 0) return [];
  const insight: Insight = {
    key: "outstanding",
    kind: "waiting",
    title: `${formatQuantity(outstanding, "fault")} still waiting at the end`,
    places: [],
    detail: "Raised, but not resolved before the recording ended.",
  };
  return [insight];
}

function placeOf(site: { readonly file: string | null; readonly line: number | null }): Place | undefined {
  if (site.file === null || site.line === null) return undefined;
  return { label: siteLabel(site), file: site.file, line: site.line };
}
