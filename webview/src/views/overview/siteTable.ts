import { formatCount, formatTime } from "#protocol/format";
import type { Report, SiteReport } from "#protocol/report";
import { createTable, type Table } from "../../components/table";
import { listCounts, safeText, siteLabel } from "../../text";
import type { Place } from "./insights";

/** Time spent in a site: mean times calls. */
export function siteTotalNs(site: SiteReport): number {
  return (site.latencyNs?.mean ?? 0) * site.calls;
}

/** Sites by the time spent in them, most first. */
export function rankSites(report: Report): SiteReport[] {
  return [...report.sites].sort((a, b) => siteTotalNs(b) - siteTotalNs(a) || b.calls - a.calls);
}

/** Call sites; a row with a known line opens it. */
export function createSiteTable(reveal: (place: Place) => void): Table<SiteReport> {
  return createTable<SiteReport>({
    caption: "Call sites by time",
    none: "No call site is known yet.",
    key: (site) => [site.op, site.file ?? "", site.line ?? "", site.function ?? "", site.module ?? ""].join("\n"),
    most: 12,
    columns: [
      {
        head: "Line",
        className: "code",
        text: siteLabel,
        title: (site) => (site.file === null ? "No debug information" : `${site.file}:${site.line ?? ""}`),
        press: (site) => {
          const { file, line } = site;
          if (file === null || line === null) return undefined;
          return () => reveal({ label: siteLabel(site), file, line });
        },
      },
      { head: "Function", className: "wide", text: (site) => safeText(site.function ?? "–", 60) },
      { head: "Op", text: (site) => safeText(site.op) },
      { head: "Calls", number: true, text: (site) => formatCount(site.calls) },
      { head: "Errors", className: "apart", text: (site) => listCounts(site.errors, formatCount) || "0" },
      { head: "p50", number: true, text: (site) => time(site.latencyNs?.p50) },
      { head: "p99", number: true, text: (site) => time(site.latencyNs?.p99) },
      {
        head: "Total",
        number: true,
        meaning: "Time spent in the calls of this site: mean times calls",
        text: (site) => (site.latencyNs === null ? "–" : formatTime(siteTotalNs(site))),
      },
    ],
  });
}

function time(ns: number | undefined): string {
  return ns === undefined ? "–" : formatTime(ns);
}
