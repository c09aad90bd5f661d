/** Verdicts gathered into findings: one for each call site, code and cause. */
import type { FindingReport } from "#protocol/report";
import { errnoName } from "../../uffd/errnos";
import { OBSERVED } from "../../uffd/observed";
import type { SitePlaces } from "../siteTable";
import type { Event } from "./event";
import type { Failure, Suspect, Verdict } from "./failure";
import type { Wait } from "./waits";
import { codeOfErrno, cureOf, messageOf, waitMessage } from "./words";

interface Group {
  readonly op: string;
  readonly errno: number;
  readonly code: string;
  readonly event: Event;
  readonly verdict: Verdict;
  count: number;
}

/** Beyond this many groups, failures are only counted. */
const MAX_GROUPS = 4096;
const EAGAIN = 11;

export class Findings {
  /** By number of the failed call's site. */
  private readonly bySite = new Map<number, Group[]>();
  private size = 0;
  /** Failed calls beyond what can be told apart. */
  uncounted = 0;

  add(failure: Failure, verdict: Verdict): void {
    const { event, traits, errno } = failure;
    const groups = this.bySite.get(event.site) ?? [];
    const known = groups.find((group) => alike(group, failure, verdict));
    if (known) {
      known.count++;
      return;
    }
    if (this.size >= MAX_GROUPS) {
      this.uncounted++;
      return;
    }
    this.size++;
    // A call that stopped early is that to its caller, whatever stopped it.
    const partial = event.errno === EAGAIN && event.result > 0;
    const code = partial ? "eagain-partial" : codeOf(verdict.suspects[0], errno);
    groups.push({ op: traits.op, errno, code, event, verdict, count: 1 });
    this.bySite.set(event.site, groups);
  }

  /** Findings, most frequent first; groups that lie on the same lines are one. */
  report(sites: SitePlaces, waits: readonly Wait[]): FindingReport[] {
    const merged = new Map<string, { finding: FindingReport; group: Group }>();
    for (const group of [...this.bySite.values()].flat()) {
      const finding = describe(group, sites);
      const { cause } = finding;
      const key = JSON.stringify([
        finding.op,
        finding.code,
        finding.file,
        finding.line,
        cause?.kind,
        cause?.file,
        cause?.line,
        finding.confidence,
        finding.file === null ? group.event.site : 0,
        group.errno,
        finding.alternatives.map(({ kind }) => kind),
      ]);
      const known = merged.get(key);
      if (!known) merged.set(key, { finding, group });
      else known.finding = { ...known.finding, count: known.finding.count + finding.count };
    }
    const failed = [...merged.values()].map(({ finding, group }) => ({
      ...finding,
      message: messageOf(finding.count, group, sites),
    }));
    return [...failed, ...waiting(waits, sites)].sort((a, b) => b.count - a.count);
  }
}

/** The same call failed for the same reason; a cause is the same when the same line did the same. */
function alike(group: Group, { traits, event, errno }: Failure, { suspects }: Verdict): boolean {
  const known = group.verdict.suspects;
  if (group.op !== traits.op || group.errno !== errno || group.event.errno !== event.errno) return false;
  if (known.length !== suspects.length || event.result > 0 !== group.event.result > 0) return false;
  return known.every(({ kind, confidence, deed }, index) => {
    const other = suspects[index];
    if (other?.kind !== kind || other.confidence !== confidence) return false;
    return deed?.site === other.deed?.site && deed?.what === other.deed?.what;
  });
}

function codeOf(suspect: Suspect | undefined, errno: number): string {
  return suspect ? OBSERVED[suspect.kind].code : codeOfErrno(errno);
}

function describe(group: Group, sites: SitePlaces): FindingReport {
  const { event, verdict, op, code, count } = group;
  const [first, ...others] = verdict.suspects;
  const { file, line } = sites.place(event.site);
  return {
    code,
    count,
    file,
    line,
    message: "",
    cause: first ? causeOf(first, event, sites) : null,
    op,
    errno: errnoName(event.errno),
    confidence: first?.confidence ?? null,
    cure: cureOf(first, code),
    alternatives: others.map((other) => ({ ...causeOf(other, event, sites), code: OBSERVED[other.kind].code })),
  };
}

/** Where the cause lies: what was done, or the call itself when it is its own cause. */
function causeOf(suspect: Suspect, event: Event, sites: SitePlaces): NonNullable<FindingReport["cause"]> {
  const { timeNs, pid, tid, site } = suspect.deed ?? event;
  const { file, line } = sites.place(site);
  return { kind: suspect.kind, timeNs, pid, tid, file, line };
}

function waiting(waits: readonly Wait[], sites: SitePlaces): FindingReport[] {
  const groups = new Map<string, Wait[]>();
  for (const wait of waits) {
    const key = `${wait.suspect.kind} ${wait.suspect.deed?.site} ${wait.suspect.confidence}`;
    const known = groups.get(key);
    if (known) known.push(wait);
    else groups.set(key, [wait]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { kind, deed, confidence } = first.suspect;
    const { code } = OBSERVED[kind];
    const { file, line } = deed ? sites.place(deed.site) : { file: null, line: null };
    const cause = deed && { kind, timeNs: deed.timeNs, pid: deed.pid, tid: deed.tid, file, line };
    return [
      {
        code,
        count: group.length,
        file,
        line,
        message: waitMessage(group, sites),
        cause: cause ?? { kind, timeNs: first.sinceNs, pid: first.pid, tid: first.tid, file: null, line: null },
        op: null,
        errno: null,
        confidence,
        cure: cureOf(first.suspect, code),
        alternatives: [],
      },
    ];
  });
}
