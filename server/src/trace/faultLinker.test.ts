import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PHASES } from "#protocol/report";
import { EventKind } from "../recording/schema";
import { batchOf, fault, ioctl, message, PAGE, type Row, writtenAt } from "./testing/rows";
import { Trace } from "./trace";

const P = 0x7f00_0000_0000;

/** The fault figures of a recording made of these rows, in the order in which they were written. */
function faultsOf(rows: readonly Row[], ordered = true) {
  const trace = new Trace();
  trace.add(batchOf(ordered ? [...rows].sort((a, b) => writtenAt(a) - writtenAt(b)) : rows));
  trace.finish();
  const { faults } = trace.report();
  const phases = PHASES.map((phase) => faults.phasesNs[phase]?.max ?? null);
  return { ...faults, phases };
}

describe("the life of a fault", () => {
  it("is raised, delivered, resolved, woken, running", () => {
    const rows = [
      message(2, 3000, P, { mode: 1 }),
      ioctl("MOVE", 2, 3500, 6000, { address: P }),
      fault(1, P, 1000, 5000, 7000, 2),
    ];
    expect(faultsOf(rows)).toMatchObject({
      total: 1,
      missing: 1,
      write: 1,
      resolved: 1,
      outstanding: 0,
      unlinked: 0,
      latencyNs: { max: 6000 },
      phases: [2000, 500, 1500, 2000],
    });
  });

  it("is found when the faulting thread runs before the waking ioctl has returned", () => {
    const rows = [message(2, 3000, P), fault(1, P, 1000, 5000, 5500, 2), ioctl("COPY", 2, 3500, 9000, { address: P })];
    expect(faultsOf(rows)).toMatchObject({ resolved: 1, unlinked: 0, phases: [2000, 500, 1500, 500] });
  });

  it("gives one message to one of two threads that wait for a page, the first one", () => {
    const rows = [
      message(9, 2000, P),
      ioctl("COPY", 9, 3000, 5000, { address: P }),
      fault(2, P, 1500, 4000, 4500, 9),
      fault(1, P, 1000, 4000, 4600, 9),
    ];
    const { total, unlinked, phasesNs } = faultsOf(rows);
    expect({ total, unlinked }).toEqual({ total: 2, unlinked: 0 });
    // The second one was resolved before anyone read its message: notified until the resolve began, no service.
    expect(phasesNs.notify).toMatchObject({ min: 1000, max: 1500 });
    expect(phasesNs.service).toMatchObject({ min: 0, max: 1000 });
  });

  it("uses the thread id of a message, where there is one, before the order", () => {
    const rows = [
      message(9, 2000, P, { peer: 2 }),
      ioctl("COPY", 9, 3000, 5000, { address: P }),
      fault(2, P, 1500, 4000, 4500, 9),
      fault(1, P, 1000, 4000, 4600, 9),
    ];
    expect(faultsOf(rows).phasesNs.notify).toMatchObject({ min: 500, max: 2000 });
  });

  it("begins to resolve with the page when it is woken by a later WAKE", () => {
    const rows = [
      message(2, 2000, P),
      ioctl("COPY", 2, 3000, 4000, { address: P, mode: 1 }),
      ioctl("WAKE", 2, 6000, 7000, { address: P }),
      fault(1, P, 1000, 6500, 8000, 2),
    ];
    expect(faultsOf(rows)).toMatchObject({ resolved: 1, unlinked: 0, phases: [1000, 1000, 3500, 1500] });
  });

  it("stays one fault when a WAKE without a page made it fault again", () => {
    for (const peer of [0, 1]) {
      const rows = [
        message(2, 2000, P, { peer }),
        ioctl("WAKE", 2, 2500, 2600, { address: P }),
        message(2, 3000, P, { peer }),
        ioctl("COPY", 2, 3500, 4500, { address: P }),
        fault(1, P, 1000, 4000, 5000, 2),
      ];
      expect(faultsOf(rows)).toMatchObject({ total: 1, resolved: 1, unlinked: 0, phases: [1000, 1500, 500, 1000] });
    }
  });

  it("ends for many threads with one call over a range, also a partial one", () => {
    const waiting = [0, 1, 2].flatMap((n) => [
      message(9, 2000 + n, P + n * PAGE),
      fault(n + 1, P + n * PAGE, 1000, 5000, 6000, 9),
    ]);
    const whole = ioctl("MOVE", 9, 4000, 5500, { address: P, length: 3 * PAGE });
    expect(faultsOf([...waiting, whole])).toMatchObject({ total: 3, resolved: 3, unlinked: 0 });
    const partial = { ...whole, errno: 11, result: 2 * PAGE };
    expect(faultsOf([...waiting, partial])).toMatchObject({ total: 3, resolved: 2, unlinked: 1 });
  });

  it("is not ended by a call that failed", () => {
    const rows = [
      message(2, 2000, P),
      ioctl("COPY", 2, 3000, 4000, { address: P, errno: 17 }),
      fault(1, P, 1000, 3500, 5000, 2),
    ];
    expect(faultsOf(rows)).toMatchObject({ total: 1, resolved: 0, unlinked: 1, phases: [null, null, null, null] });
  });

  it("is released, not resolved, by UNREGISTER", () => {
    const rows = [
      message(2, 2000, P),
      ioctl("UNREGISTER", 2, 3000, 4000, { address: P }),
      fault(1, P, 1000, 3500, 5000, 2),
    ];
    expect(faultsOf(rows)).toMatchObject({ total: 1, resolved: 0, unlinked: 0, outstanding: 0 });
  });

  it("knows write protection from the message, or from the error code without one", () => {
    const unprotect = ioctl("WRITEPROTECT", 2, 3000, 4000, { address: P });
    const access = fault(1, P, 1000, 3500, 5000, 2, { mode: 0x7 });
    expect(faultsOf([message(2, 2000, P, { mode: 3 }), unprotect, access])).toMatchObject({
      wp: 1,
      write: 1,
      resolved: 1,
    });
    expect(faultsOf([unprotect, access])).toMatchObject({ wp: 1, write: 1, resolved: 1 });
    const protect = { ...unprotect, mode: 1 };
    expect(faultsOf([message(2, 2000, P, { mode: 3 }), protect, access])).toMatchObject({ resolved: 0, unlinked: 1 });
  });
});

describe("what is not a userfault, or not known", () => {
  it("drops a fault that only slept, outside every registered range", () => {
    expect(faultsOf([fault(1, P, 1000, -1, 9000, 0)])).toMatchObject({ total: 0, unlinked: 0 });
  });

  it("counts one inside a registered range as unlinked, without a latency", () => {
    const register = ioctl("REGISTER", 1, 10, 20, { address: P, length: 4 * PAGE, mode: 1 });
    const before = { kind: EventKind.Registered, pid: 100, address: P, length: 4 * PAGE, mode: 1, fd: -1 };
    for (const range of [register, before]) {
      const inside = faultsOf([range, fault(1, P + PAGE, 1000, -1, 9000, 0)]);
      expect(inside).toMatchObject({ total: 1, unlinked: 1, latencyNs: null });
      expect(faultsOf([range, fault(1, P + 4 * PAGE, 1000, -1, 9000, 0)])).toMatchObject({ total: 0 });
    }
    const gone = ioctl("UNREGISTER", 1, 30, 40, { address: P, length: 4 * PAGE });
    expect(faultsOf([register, gone, fault(1, P + PAGE, 1000, -1, 9000, 0)])).toMatchObject({ total: 0 });
  });

  it("counts a message without a trap as a fault through the kernel", () => {
    const reportAt = (begin: number) => {
      const late = ioctl("API", 2, begin + 9e9, begin + 9e9 + 10);
      const trace = new Trace();
      trace.add(batchOf([message(2, begin, P), ioctl("COPY", 2, begin + 1000, begin + 2000, { address: P }), late]));
      trace.finish();
      return trace.report();
    };
    expect(reportAt(5e9).faults).toMatchObject({ total: 1, resolved: 1, outstanding: 0, unlinked: 0, latencyNs: null });
    expect(reportAt(5e9).notes.join()).toContain("came through the kernel");
    // Raised before recording began, perhaps: then its trap was not seen, which is not the same.
    expect(reportAt(2000).faults).toMatchObject({ total: 1, resolved: 1, unlinked: 1 });
    expect(reportAt(2000).notes).toEqual([]);
  });

  it("finds the page of a look-up by the message that its waker answered", () => {
    const slept = fault(1, 0, 1000, 6000, 8000, 2, { request: 2, mode: 0 });
    const copy = ioctl("COPY", 2, 5000, 7000, { address: P });
    const asked = message(2, 3000, P, { mode: 1 });
    const known = { total: 1, resolved: 1, unlinked: 0, write: 1, latencyNs: { max: 7000 } };
    expect(faultsOf([asked, copy, slept])).toMatchObject(known);
    expect(faultsOf([{ ...asked, peer: 1 }, copy, slept])).toMatchObject(known);
    // Two messages may be meant: none is guessed, each is a fault without a latency.
    const two = ioctl("COPY", 2, 5000, 7000, { address: P, length: 2 * PAGE });
    const guess = faultsOf([asked, message(2, 3500, P + PAGE, { mode: 1 }), two, slept]);
    expect(guess).toMatchObject({ total: 2, resolved: 2, latencyNs: null });
    // Nobody's message: the thread slept, and nothing else is known.
    expect(faultsOf([copy, slept])).toMatchObject({ total: 0 });
  });

  it("counts what still waits at the end once, with or without its trap", () => {
    const waits = { kind: EventKind.Waiting, pid: 100, tid: 1, address: P, timeNs: 1000, durationNs: 9000, mode: 4 };
    expect(faultsOf([message(2, 2000, P), waits])).toMatchObject({ total: 1, outstanding: 1, unlinked: 0 });
    expect(faultsOf([message(2, 2000, P)])).toMatchObject({ total: 1, outstanding: 1, unlinked: 0 });
    expect(faultsOf([waits])).toMatchObject({ total: 0 });
  });

  it("counts a fault from before the recording once, read or not, and gives it no latency", () => {
    const blocked = { kind: EventKind.Blocked, pid: 100, tid: 1, fd: 3, address: P, timeNs: 10, mode: 1, request: 1 };
    const copy = ioctl("COPY", 2, 3000, 4000, { address: P });
    const later = { outstanding: 0, resolved: 1, total: 1, unlinked: 0, latencyNs: null, write: 1 };
    expect(faultsOf([blocked])).toMatchObject({ total: 1, outstanding: 1 });
    expect(faultsOf([blocked, { ...blocked, fd: 4 }, copy])).toMatchObject(later);
    expect(faultsOf([blocked, message(2, 2000, P, { mode: 1 }), copy])).toMatchObject(later);
    expect(faultsOf([blocked, message(2, 2000, P, { peer: 1, mode: 1 }), copy])).toMatchObject(later);
    const other = message(2, 2000, P, { peer: 7, mode: 1 });
    expect(faultsOf([blocked, other, copy])).toMatchObject({ total: 2, resolved: 2 });
  });

  it("takes the absence of a message for nothing once something was lost", () => {
    const rows = [ioctl("COPY", 2, 3000, 4000, { address: P }), fault(1, P, 1000, 3500, 5000, 2)];
    const loss = { kind: EventKind.Loss, length: 5, text: "ring" };
    expect(faultsOf(rows)).toMatchObject({ total: 1, resolved: 1, unlinked: 0 });
    expect(faultsOf([loss, ...rows], false)).toMatchObject({
      total: 1,
      resolved: 1,
      unlinked: 1,
      phases: [null, null, null, null],
    });
  });
});

describe("a recording by the preload library", () => {
  const machine = {
    kind: EventKind.Machine,
    text: JSON.stringify({
      kernel: "k",
      arch: "x64",
      cpus: 2,
      pageSize: PAGE,
      hooks: "h",
      via: "preload",
      limits: ["L."],
    }),
  };
  const register = ioctl("REGISTER", 1, 10, 20, { address: P, length: 4 * PAGE, mode: 1 });
  const unwoken = (endNs: number) => fault(1, P, 1000, -1, endNs, 0);

  it("takes the last waking call on the page before the fault ended for the one that ended it", () => {
    const wake = ioctl("WAKE", 2, 3000, 3500, { address: P, length: PAGE });
    const copy = ioctl("COPY", 2, 4000, 5000, { address: P });
    const later = ioctl("WAKE", 2, 9000, 9500, { address: P, length: PAGE });
    const rows = [machine, register, message(2, 2000, P, { mode: 1 }), unwoken(6000), wake, copy, later];
    expect(faultsOf(rows)).toMatchObject({
      total: 1,
      resolved: 1,
      unlinked: 0,
      phases: [1000, 2000, 1000, 1000],
    });
  });

  it("takes no fault for a userfault without a message, and none for resolved without a call", () => {
    const copy = ioctl("COPY", 2, 4000, 5000, { address: P });
    expect(faultsOf([machine, register, unwoken(6000), copy])).toMatchObject({ total: 0 });
    expect(faultsOf([machine, register, message(2, 2000, P), unwoken(6000)])).toMatchObject({ total: 1, unlinked: 1 });
  });

  it("says what it cannot see", () => {
    const trace = new Trace();
    trace.add(batchOf([machine, copyRow]));
    trace.finish();
    expect(trace.report().notes).toEqual(["L."]);
  });
  const copyRow = ioctl("COPY", 2, 4000, 5000, { address: P });
});

/** A machine of threads that fault and handlers that resolve, with the truth of every phase. */
const life = fc.record({
  page: fc.nat(5),
  gap: fc.integer({ min: 1, max: 60_000_000 }),
  notify: fc.integer({ min: 1, max: 100_000 }),
  service: fc.integer({ min: 0, max: 100_000 }),
  toWake: fc.integer({ min: 0, max: 50_000 }),
  afterWake: fc.integer({ min: 0, max: 50_000 }),
  resume: fc.integer({ min: 0, max: 5_000_000 }),
  handler: fc.integer({ min: 0, max: 3 }),
  op: fc.constantFrom("COPY", "MOVE", "ZEROPAGE", "CONTINUE"),
  threadId: fc.boolean(),
});

it("accounts for every phase exactly, whatever the order of handlers, pages and rows", () => {
  fc.assert(
    fc.property(fc.array(life, { minLength: 1, maxLength: 60 }), (lives) => {
      const rows: Row[] = [];
      const truth = { notify: 0, service: 0, resolve: 0, resume: 0 };
      const busy = new Map<string, number>();
      let clock = 1000;
      for (const [index, one] of lives.entries()) {
        // A thread, a handler and a page are each in one life at a time.
        const handler = 50 + one.handler;
        clock += one.gap;
        const free = Math.max(busy.get(`h${one.handler}`) ?? 0, busy.get(`p${one.page}`) ?? 0);
        const raised = Math.max(clock, free + 5000);
        const read = raised + one.notify;
        const begin = read + one.service;
        const woken = begin + one.toWake;
        const running = woken + one.resume;
        const end = woken + one.afterWake;
        const address = P + one.page * PAGE;
        rows.push(
          message(handler, read, address, { peer: one.threadId ? 1000 + index : 0 }),
          ioctl(one.op, handler, begin, end, { address }),
          fault(1000 + index, address, raised, woken, running, handler),
        );
        busy.set(`h${one.handler}`, end);
        busy.set(`p${one.page}`, running);
        truth.notify += one.notify;
        truth.service += one.service;
        truth.resolve += one.toWake;
        truth.resume += one.resume;
      }
      const trace = new Trace();
      const ordered = rows.sort((a, b) => writtenAt(a) - writtenAt(b));
      for (let from = 0; from < ordered.length; from += 7) trace.add(batchOf(ordered.slice(from, from + 7)));
      trace.finish();
      const { faults } = trace.report();
      expect(faults).toMatchObject({ total: lives.length, resolved: lives.length, unlinked: 0, outstanding: 0 });
      const means = PHASES.map((phase) => faults.phasesNs[phase]?.mean);
      expect(means).toEqual(PHASES.map((phase) => Math.round(truth[phase] / lives.length)));
    }),
    { numRuns: 300 },
  );
});
