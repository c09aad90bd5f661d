/**
 * What a run did, as the observer and as a report say it, in one form. The names are the observer's own: what
 * Faultscope's tables call a number is part of what is checked.
 */
import { constants } from "node:os";
import type { Report } from "../../../protocol/report";

export interface Counts {
  /** Calls by "OP ok" and "OP ERRNO". */
  readonly calls: Readonly<Record<string, number>>;
  /** Messages by kind. */
  readonly messages: Readonly<Record<string, number>>;
}

/** Table of facts: the numbers of linux/userfaultfd.h. */
const OPS: Readonly<Record<number, string>> = {
  43520: "IOC_NEW",
  3223366144: "REGISTER",
  2148575745: "UNREGISTER",
  2148575746: "WAKE",
  3223890435: "COPY",
  3223366148: "ZEROPAGE",
  3223890437: "MOVE",
  3222841862: "WRITEPROTECT",
  3223366151: "CONTINUE",
  3223366152: "POISON",
  3222841919: "API",
};
const MESSAGES: Readonly<Record<number, string>> = {
  18: "PAGEFAULT",
  19: "FORK",
  20: "REMAP",
  21: "REMOVE",
  22: "UNMAP",
};

const errnoNames = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
// Two names of one number: the kernel's headers prefer these.
errnoNames.set(constants.errno.EAGAIN, "EAGAIN");

export function callName(request: number, errno: number): string {
  const op = OPS[request] ?? `0x${(request & 0xff).toString(16).padStart(2, "0")}`;
  return `${op} ${errno === 0 ? "ok" : (errnoNames.get(errno) ?? errno)}`;
}

export function messageName(kind: number): string {
  return MESSAGES[kind] ?? `message ${kind}`;
}

/** Two numbers may have one name (an unknown number in several sizes). */
export function tally(entries: Iterable<readonly [string, number]>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of entries) if (count > 0) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

export function reported(report: Report): Counts {
  const calls = report.ioctls.flatMap(({ op, ok, errors }) => [
    [`${op} ok`, ok] as const,
    ...Object.entries(errors).map(([errno, count]) => [`${op} ${errno}`, count] as const),
  ]);
  return { calls: tally(calls), messages: tally(Object.entries(report.messages)) };
}

export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);
