/** Call sites: numbers to source lines, and calls grouped by the line a reader would look at. */
import type { SiteReport } from "#protocol/report";
import { callSite, parseSite } from "../recording/callSite";
import type { SiteText } from "../recording/schema";
import { Histogram } from "./histogram";
import { errorRecord, type OpStats, type SiteCalls } from "./ioctlStats";

const UNKNOWN = { file: null, line: null, function: null, module: null };
type Place = Pick<SiteReport, "file" | "line" | "function" | "module">;

/** Where a site lies, for who only needs that. */
export interface SitePlaces {
  place(site: number): Place;
}

interface Group extends Place {
  readonly op: string;
  calls: number;
  readonly errors: Map<number, number>;
  readonly latency: Histogram;
}

export class SiteTable {
  private readonly texts = new Map<number, SiteText>();

  /** A Site row. What is not readable stays an unknown place: its calls are counted all the same. */
  add(site: number, json: string): void {
    const text = parseSite(json);
    if (text) this.texts.set(site, text);
  }

  /** Distinct reasons why sites of ioctls have no source lines. */
  notes(ops: Iterable<OpStats>): string[] {
    const called = new Set([...ops].flatMap(({ sites }) => [...sites.keys()]));
    return [...new Set([...this.texts].flatMap(([site, text]) => (called.has(site) ? (text.note ?? []) : [])))];
  }

  /** Calls by place and op, most frequent first. Numbers that unwind to one line are one site. */
  report(ops: Iterable<OpStats>): SiteReport[] {
    const groups = new Map<string, Group>();
    for (const { op, sites } of ops) {
      for (const [number, calls] of sites) this.group(groups, op, number, calls);
    }
    return [...groups.values()]
      .sort((a, b) => b.calls - a.calls)
      .map(({ errors, latency, ...group }) => ({
        ...group,
        errors: errorRecord(errors),
        latencyNs: latency.summary(),
      }));
  }

  private group(groups: Map<string, Group>, op: string, number: number, calls: SiteCalls): void {
    const place = this.place(number);
    const key = [op, place.file, place.line, place.function, place.module].join("\0");
    const known = groups.get(key);
    const group = known ?? { ...place, op, calls: 0, errors: new Map<number, number>(), latency: new Histogram() };
    groups.set(key, group);
    group.calls += calls.calls;
    for (const [errno, count] of calls.errors) group.errors.set(errno, (group.errors.get(errno) ?? 0) + count);
    group.latency.merge(calls.latency);
  }

  /** The line a reader would look at; all null when it is unknown. */
  place(number: number): Place {
    const frame = callSite(this.texts.get(number)?.frames ?? []);
    if (!frame) return UNKNOWN;
    const offset = frame.offset === undefined ? "" : `+0x${frame.offset.toString(16)}`;
    return {
      file: frame.file ?? null,
      line: frame.line ?? null,
      function: frame.function ?? null,
      module: frame.module === undefined ? null : `${frame.module}${offset}`,
    };
  }
}
