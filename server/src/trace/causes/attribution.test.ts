import { expect, it } from "vitest";
import type { FindingReport } from "#protocol/report";
import { EventKind, ProcessChange } from "../../recording/schema";
import { SYSCALL } from "../../uffd/mmCalls";
import { batchOf, fault, ioctl, message, PAGE, type Row } from "../testing/rows";
import { Trace } from "../trace";

const P = 0x7f00_0000_0000;
const Q = 0x7f10_0000_0000;
const MACHINE = { kind: EventKind.Machine, text: '{"kernel":"6.18.44","pageSize":4096}' };
/** A process seen from its beginning. */
const EXEC: Row = { kind: EventKind.Process, request: ProcessChange.Exec, pid: 100, tid: 100, timeNs: 1 };

function mm(call: keyof typeof SYSCALL, time: number, more: Row): Row {
  return { kind: EventKind.MmCall, request: SYSCALL[call], timeNs: time, pid: 100, tid: 1, fd: -1, ...more };
}

const mmap = (time: number, address: number, pages = 16): Row =>
  mm("mmap", time, { address, length: pages * PAGE, mode: 3 + 0x22 * 2 ** 32, result: address, site: 9 });
const userfaultfd = (time: number): Row => mm("userfaultfd", time, { result: 3 });
const forked = (time: number, flags = 0): Row => ({
  kind: EventKind.Process,
  request: ProcessChange.Forked,
  pid: 200,
  tid: 1,
  peer: 100,
  mode: flags,
  timeNs: time,
  site: 7,
});
const register = (time: number): Row =>
  ioctl("REGISTER", 1, time, time + 1, { address: P, length: 16 * PAGE, mode: 1 });
const START = [
  MACHINE,
  EXEC,
  userfaultfd(2),
  ioctl("API", 1, 3, 4, { address: 0xaa }),
  mmap(5, P),
  mmap(6, Q),
  register(7),
];

function findings(rows: readonly Row[]): readonly FindingReport[] {
  const trace = new Trace();
  trace.add(batchOf(rows));
  trace.finish();
  return trace.report().findings;
}

const kinds = (rows: readonly Row[]) =>
  findings(rows).map(({ code, cause, confidence }) => [code, cause?.kind, confidence]);
const busy = (time: number): Row =>
  ioctl("MOVE", 1, time, time + 5, { address: P, source: Q, errno: 16, result: -16, site: 1 });

it("blames the fork after the last known write, and not one that shares the memory", () => {
  expect(kinds([...START, forked(100), busy(200)])).toEqual([["ebusy-fork", "fork", "certain"]]);
  expect(kinds([...START, forked(100, 0x100), busy(200)])).toEqual([["ebusy", undefined, null]]);
  const filled = mm("madvise", 150, { address: Q, length: PAGE, mode: 23 });
  expect(kinds([...START, forked(100), filled, busy(200)])).toEqual([["ebusy", undefined, null]]);
});

it("says what remains possible when the record does not tell", () => {
  const [told] = findings([busy(200)]);
  expect(told).toMatchObject({ code: "ebusy", cause: null, confidence: null });
  expect(told?.message).toMatch(/the record does not tell why. It may be a fork before the recording began; or/);
});

it("is less sure of a process that it did not see from its beginning, or when something was lost", () => {
  const attached = START.filter((row) => row !== EXEC);
  expect(kinds([...attached, forked(100), busy(200)])).toEqual([["ebusy-fork", "fork", "likely"]]);
  const loss = { kind: EventKind.Loss, length: 1, text: "ring" };
  expect(kinds([loss, ...START, forked(100), busy(200)])).toEqual([["ebusy-fork", "fork", "likely"]]);
});

it("lists both causes where either would be enough", () => {
  const merge = { kind: EventKind.KsmMerge, pid: 100, tid: 50, address: Q, timeNs: 150 };
  const allowed = mm("madvise", 50, { address: Q, length: PAGE, mode: 12 });
  const [told] = findings([...START, allowed, forked(100), merge, busy(200)]);
  expect(told).toMatchObject({
    code: "ebusy-ksm",
    confidence: "likely",
    alternatives: [{ kind: "fork", code: "ebusy-fork" }],
  });
});

it("takes rows in the order in which things happened, not in which they were written", () => {
  // The COPY that filled the page was preempted on its way out: its row comes last.
  const late = ioctl("COPY", 2, 100, 5000, { address: P });
  const early = ioctl("COPY", 1, 200, 300, { address: P, errno: 17, result: -17 });
  expect(kinds([...START, early, late])).toEqual([["eexist-populated", "race", "certain"]]);
});

it("holds the kernel's own mistake possible where nothing filled the destination since it was empty", () => {
  const dropped = mm("madvise", 100, { address: P, length: PAGE, mode: 4 });
  const move = ioctl("MOVE", 1, 200, 205, { address: P, source: Q, errno: 17, result: -17 });
  expect(kinds([...START, dropped, move])).toEqual([["eexist-populated", "kernel-6.18", "possible"]]);
  const older = { ...MACHINE, text: '{"kernel":"6.12.1","pageSize":4096}' };
  expect(kinds([older, ...START.slice(1), dropped, move])).toEqual([["eexist", undefined, null]]);
});

it("names waits that are too long while they last, and forgets them when they end", () => {
  const trace = new Trace();
  trace.add(batchOf([...START, message(2, 1000, P, { peer: 5 })]));
  const codes = (nowNs: number) => {
    trace.advance(nowNs);
    return trace.report().findings.map(({ code, cause }) => [code, cause?.kind]);
  };
  expect(codes(400e6)).toEqual([]);
  expect(codes(900e6)).toEqual([["never-woken", "not-resolved"]]);
  trace.add(batchOf([ioctl("COPY", 2, 950e6, 950e6 + 10, { address: P, mode: 1 })]));
  expect(codes(1000e6)).toEqual([["never-woken", "dontwake"]]);
  trace.add(batchOf([ioctl("WAKE", 2, 1010e6, 1010e6 + 10, { address: P }), fault(5, P, 900, 1010e6 + 5, 1011e6, 2)]));
  expect(codes(1100e6)).toEqual([]);
});
