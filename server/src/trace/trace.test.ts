import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventKind } from "../recording/schema";
import { LIVE_WINDOW, WHOLE_WINDOW } from "./frame";
import { batchOf, fault, ioctl, message, PAGE, type Row } from "./testing/rows";
import { Trace } from "./trace";

const P = 0x7f00_0000_0000;

function traceOf(rows: readonly Row[]): Trace {
  const trace = new Trace();
  trace.add(batchOf(rows));
  trace.finish();
  return trace;
}

describe("report", () => {
  it("counts by op and errno; a partial call is an EAGAIN, too", () => {
    const { ioctls } = traceOf([
      ioctl("MOVE", 1, 0, 100, { address: P, length: 4 * PAGE }),
      ioctl("MOVE", 1, 200, 400, { address: P, length: 4 * PAGE, errno: 11, result: PAGE }),
      ioctl("MOVE", 1, 500, 600, { address: P, errno: 11, result: -11 }),
      ioctl("MOVE", 1, 700, 800, { address: P, errno: 16, result: -16 }),
      ioctl("WAKE", 1, 900, 950, { address: P }),
      { ...ioctl("WAKE", 1, 990, 999), request: 0xc0ffaa77 },
    ]).report();
    expect(ioctls[0]).toMatchObject({
      op: "MOVE",
      calls: 4,
      ok: 1,
      partial: 1,
      errors: { EAGAIN: 2, EBUSY: 1 },
      bytes: 5 * PAGE,
    });
    expect(ioctls[0]?.latencyNs).toMatchObject({ min: 100, mean: 125, max: 200 });
    expect(ioctls.slice(1)).toMatchObject([
      { op: "0x77", calls: 1 },
      { op: "WAKE", bytes: 0 },
    ]);
  });

  it("names errnos that the table does not hold, and messages by name", () => {
    const { ioctls, messages } = traceOf([
      ioctl("COPY", 1, 0, 1, { errno: 99 }),
      message(1, 5, P),
      { ...message(1, 6, P), request: 0x13 },
    ]).report();
    expect([ioctls[0]?.errors, messages]).toEqual([{ "errno 99": 1 }, { PAGEFAULT: 1, FORK: 1 }]);
  });

  it("says of a live recording what has not happened so far, and nothing of its end", () => {
    const live = new Trace();
    live.advance(5_000_000_000);
    expect(live.frame(WHOLE_WINDOW).report.notes).toEqual([]);
    const registered = { kind: EventKind.Registered, pid: 100, address: P, length: 4 * PAGE, mode: 1, fd: -1 };
    live.add(batchOf([registered, fault(1, P, 10, 20, 30, 2)]));
    live.advance(60_000_000_000);
    expect(live.frame(WHOLE_WINDOW).report.notes).toEqual([expect.stringMatching(/^Only faults so far: nobody has/)]);
    live.finish();
    expect(live.report().notes).toEqual([expect.stringMatching(/^Only faults were recorded: nobody called/)]);
  });

  it("says why it is empty, what was lost, how it ended", () => {
    const empty = new Trace();
    empty.finish({ kind: "torn", atByte: 100, bytes: 2048 });
    expect(empty.report().notes).toEqual([
      expect.stringMatching(/^Nothing was recorded: .*faultscope targets/),
      "The last 2.00\u00a0KiB are an incomplete batch and were left out.",
      "The recording was cut off at 0:00.0: it has no end mark.",
    ]);
    const lossy = traceOf([
      ioctl("COPY", 1, 0, 1),
      { kind: EventKind.Loss, length: 12, text: "the ring buffer was full" },
      { kind: 200 },
    ]);
    expect(lossy.report()).toMatchObject({ lost: 12, events: 1 });
    expect(lossy.report().notes).toEqual([
      expect.stringMatching(/^12\sevents lost: the ring buffer was full/),
      expect.stringMatching(/^1\srow of a kind that this version does not know/),
    ]);
  });

  it("groups call sites by the line a reader would look at", () => {
    const site = (number: number, text: unknown): Row => ({
      kind: EventKind.Site,
      site: number,
      text: JSON.stringify(text),
    });
    const inner = { function: "ioctl", module: "/usr/lib/x86_64-linux-gnu/libc.so.6", offset: 1 };
    const line = (n: number) => ({ frames: [inner, { function: "move", file: "/gc.c", line: n }] });
    const { sites } = traceOf([
      site(1, line(7)),
      site(2, line(7)),
      site(3, line(9)),
      site(4, { frames: [inner], note: "No debug information." }),
      site(5, "nonsense"),
      ...[1, 2, 2, 3, 4, 5].map((number, n) =>
        ioctl("MOVE", 1, n * 10, n * 10 + 5, { site: number, errno: number === 2 ? 16 : 0 }),
      ),
    ]).report();
    expect(sites.map(({ file, line: at, module, calls, errors }) => [file ?? module, at, calls, errors])).toEqual([
      ["/gc.c", 7, 3, { EBUSY: 2 }],
      ["/gc.c", 9, 1, {}],
      ["/usr/lib/x86_64-linux-gnu/libc.so.6+0x1", null, 1, {}],
      [null, null, 1, {}],
    ]);
  });

  it("keeps the command line of a process when the kernel gives only its name", () => {
    const process = (request: number, pid: number, text: string, peer = 0): Row => ({
      kind: EventKind.Process,
      request,
      pid,
      peer,
      text,
    });
    const { processes } = traceOf([
      process(0, 7, "./gc --big"),
      process(0, 7, "gc"),
      process(1, 8, "", 7),
      process(2, 8, "ls -l"),
      process(3, 8, ""),
    ]).report();
    expect(processes).toEqual([
      { pid: 7, command: "./gc --big" },
      { pid: 8, command: "ls -l" },
    ]);
  });
});

describe("frames", () => {
  const calls = fc.array(fc.record({ at: fc.nat(120_000), took: fc.nat(5000), failed: fc.boolean() }), {
    minLength: 1,
    maxLength: 200,
  });

  it("of the whole have every call in one bucket, errors by errno adding up, at a power of two", () => {
    fc.assert(
      fc.property(calls, (all) => {
        const rows = all.map(({ at, took, failed }) =>
          ioctl("MOVE", 1, at * 1e6, at * 1e6 + took, { errno: failed ? 16 : 0 }),
        );
        const frame = traceOf(rows).frame(WHOLE_WINDOW);
        const sum = (numbers: readonly number[] | undefined): number => (numbers ?? []).reduce((a, b) => a + b, 0);
        const { bucketNs, buckets, startNs } = frame.window;
        expect([startNs, Number.isInteger(Math.log2(bucketNs))]).toEqual([0, true]);
        expect(buckets).toBeLessThanOrEqual(256);
        const [line] = frame.series;
        expect(line?.count).toHaveLength(buckets);
        expect(sum(line?.count)).toBe(all.length);
        const failed = all.filter(({ failed: one }) => one).length;
        expect([sum(line?.errors), sum(frame.errnos[0]?.count)]).toEqual([failed, failed]);
        expect(line?.maxNs.filter((max) => max !== null).length).toBe(line?.count.filter((count) => count > 0).length);
      }),
    );
  });

  it("of the live view end now, and count on", () => {
    const trace = traceOf(Array.from({ length: 1000 }, (_, n) => ioctl("COPY", 1, n * 1e8, n * 1e8 + 1000)));
    trace.advance(100e9);
    const frame = trace.frame(LIVE_WINDOW);
    const { startNs, bucketNs, buckets } = frame.window;
    expect(startNs + bucketNs * buckets).toBeGreaterThan(100e9);
    expect(100e9 - startNs).toBeLessThanOrEqual(2 ** 35);
    expect(buckets).toBeLessThanOrEqual(256);
    expect(frame.rates.ioctlsPerS).toBeCloseTo(10, -1);
    expect([frame.sequence, trace.frame(LIVE_WINDOW).sequence]).toEqual([0, 1]);
    trace.advance(110e9);
    expect(trace.frame(LIVE_WINDOW).rates.ioctlsPerS).toBe(0);
  });
});
