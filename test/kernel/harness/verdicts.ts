/** Every failed call of a recording with what was said of it, and what the program that failed says of it itself. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { FileSource } from "../../../server/src/record/recordingFile";
import { ArrowReader } from "../../../server/src/recording/arrowReader";
import type { Failure, Verdict } from "../../../server/src/trace/causes/failure";
import { Trace } from "../../../server/src/trace/trace";

/** One failed call; times are CLOCK_MONOTONIC. */
export interface Said {
  readonly tid: number;
  readonly line: number | null;
  readonly errno: number;
  readonly kind: string | undefined;
  readonly confidence: string | undefined;
  readonly others: readonly string[];
  readonly causeLine: number | null;
  readonly causeNs: number;
}

/** A line of the truth: the cause lies between `from` and `to`; line 0 for a call that is its own cause. */
export interface Truth {
  readonly tid: number;
  readonly line: number;
  readonly errno: number;
  readonly kind: string;
  readonly causeLine: number;
  readonly from: number;
  readonly to: number;
}

export function readTruth(path: string): Truth[] {
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Truth);
}

export interface Judged {
  readonly trace: Trace;
  /** By thread, in the order of its calls. */
  readonly said: ReadonlyMap<number, readonly Said[]>;
}

export function judge(path: string): Judged {
  const source = new FileSource(path);
  const reader = new ArrowReader(source);
  const trace = new Trace();
  const told: { readonly failure: Failure; readonly verdict: Verdict }[] = [];
  const add = trace.findings.add.bind(trace.findings);
  trace.findings.add = (failure, verdict) => {
    told.push({ failure, verdict });
    add(failure, verdict);
  };
  for (let batch = reader.next(); batch; batch = reader.next()) trace.add(batch);
  trace.finish(reader.tail);
  source.close();
  const startNs = Number(reader.header.startNs);
  const lineOf = (site: number): number | null => {
    const { file, line } = trace.sites.place(site);
    return file !== null && basename(file) === "storm.c" ? line : null;
  };
  const said = new Map<number, Said[]>();
  told.sort((a, b) => a.failure.event.timeNs - b.failure.event.timeNs);
  for (const { failure, verdict } of told) {
    const { event } = failure;
    const [first, ...others] = verdict.suspects;
    const one: Said = {
      tid: event.tid,
      line: lineOf(event.site),
      errno: event.errno,
      kind: first?.kind,
      confidence: first?.confidence,
      others: others.map(({ kind }) => kind),
      causeLine: first?.deed ? lineOf(first.deed.site) : null,
      causeNs: startNs + (first?.deed?.timeNs ?? 0),
    };
    const known = said.get(event.tid);
    if (known) known.push(one);
    else said.set(event.tid, [one]);
  }
  return { trace, said };
}
