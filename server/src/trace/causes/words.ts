/** Causes in sentences. */
import { formatCount, formatQuantity, formatTime } from "#protocol/format";
import { causesOf } from "../../uffd/causes";
import { diagnosticCode } from "../../uffd/codes";
import { errnoName } from "../../uffd/errnos";
import { OBSERVED, type ObservedKind } from "../../uffd/observed";
import type { SitePlaces } from "../siteTable";
import type { Deed } from "./deeds";
import type { Event } from "./event";
import type { Suspect, Verdict } from "./failure";
import type { Wait } from "./waits";

export interface Told {
  readonly op: string;
  /** Errno that the verdict explains. */
  readonly errno: number;
  readonly code: string;
  readonly event: Event;
  readonly verdict: Verdict;
}

export const codeOfErrno = (errno: number): string => errnoName(errno).toLowerCase().replace(" ", "-");

/** Remedy of a cause. */
export function cureOf(suspect: Suspect | undefined, code: string): string {
  const kind: ObservedKind | undefined = suspect && OBSERVED[suspect.kind];
  return kind?.cure ?? diagnosticCode(code)?.cure ?? "";
}

export function messageOf(count: number, { op, errno, code, event, verdict }: Told, sites: SitePlaces): string {
  const many = count === 1 ? "" : ` ${formatCount(count)} times`;
  const head = `${op} failed with ${errnoName(event.errno)}${many}`;
  const stopped = code === "eagain-partial" ? `, stopped in the middle${hidden(event, errno)}` : "";
  const [first, ...others] = verdict.suspects;
  if (!first) return `${head}${stopped}: the record does not tell why. ${remaining(op, errno, verdict)}`;
  const hedge = first.confidence === "certain" ? "" : first.confidence === "likely" ? "most likely " : "possibly ";
  const also = others.map((other) => ` Or ${sentence(other, event.timeNs, sites)}.`).join("");
  return `${head}${stopped}: ${hedge}${sentence(first, event.timeNs, sites)}.${also}${open(verdict)}`;
}

function hidden(event: Event, errno: number): string {
  return errno === event.errno ? "" : ` by ${errnoName(errno)}, as the next call showed`;
}

const open = (verdict: Verdict): string =>
  verdict.open.length === 0 ? "" : ` Not excluded: ${verdict.open.join("; ")}.`;

/** What the tables know of this errno, and what cannot be excluded. */
function remaining(op: string, errno: number, verdict: Verdict): string {
  if (verdict.open.length > 0) return `It may be ${verdict.open.join("; or ")}.`;
  const conditions = causesOf(op, errnoName(errno)).map(({ condition }) => condition);
  return conditions.length === 0 ? "" : `It may be that ${conditions.join("; or that ")}.`;
}

function sentence(suspect: Suspect, atNs: number, sites: SitePlaces): string {
  const text = OBSERVED[suspect.kind].sentence.replace("{side}", suspect.side ?? "it");
  return text.includes("{who}") ? text.replace("{who}", who(suspect.deed, atNs, sites)) : text;
}

/** `fork by thread 12 of process 10 at gc.c:40, 1.20 s before`. */
function who(deed: Deed | undefined, atNs: number, sites: SitePlaces): string {
  if (!deed) return "something that lies too far back or before the recording";
  const { file, line } = sites.place(deed.site);
  const place = file === null ? "" : ` at ${file.slice(file.lastIndexOf("/") + 1)}:${line ?? "?"}`;
  const before = atNs - deed.endNs;
  const when = before >= 0 ? `${formatTime(before)} before` : `which returned ${formatTime(-before)} later`;
  return `${deed.what} by thread ${deed.tid} of process ${deed.pid}${place}, ${when}`;
}

export function waitMessage(waits: readonly Wait[], sites: SitePlaces): string {
  const [first] = waits;
  if (!first) return "";
  const oldest = Math.max(...waits.map(({ ageNs }) => ageNs));
  const thread = first.tid === 0 ? "" : `, thread ${first.tid}`;
  const text = sentence(first.suspect, first.sinceNs + first.ageNs, sites);
  const page = `0x${first.address.toString(16)}`;
  const many = formatQuantity(waits.length, "fault");
  return `${many} waiting for ${formatTime(oldest)} (page ${page}${thread}): ${text}.`;
}
