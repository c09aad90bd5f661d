/** Every UFFDIO_* call of a real process, as the program itself counted them. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { allocateColumns, EventKind } from "../../server/src/recording/schema";
import { buildScenarios } from "./harness/build";
import { addon, probePath, whyNot } from "./harness/machine";
import { Target, type Truth } from "./harness/target";
import { median, NO_LOSSES, type Row, Trace } from "./harness/trace";

const reason = whyNot();
const MOVE = 0xc028aa05;
const COPY = 0xc028aa03;

describe.skipIf(reason)(`ioctls${reason ? ` (skipped: ${reason})` : ""}`, () => {
  let program = "";
  let target: Target | undefined;
  let trace: Trace | undefined;
  beforeAll(() => {
    program = buildScenarios();
  });
  afterEach(() => {
    trace?.stop();
    target?.kill();
  });

  async function record(scenario: string, amount: number, hooks: "syscall" | "raw") {
    target = await Target.start(program, scenario, amount);
    trace = Trace.attach([target.pid], { hooks, requireUserfaultfd: true });
    const truth = await target.run();
    trace.stop();
    return { trace, truth, pid: target.pid };
  }

  /** The handshake came before we attached. */
  function afterAttach(truth: Truth): Record<string, number> {
    const { "c018aa3f 0": _handshake, ...calls } = truth.calls;
    return calls;
  }

  describe.each(["syscall", "raw"] as const)("with %s hooks", (hooks) => {
    it("records each ioctl with its arguments and its result", async () => {
      const { trace, truth, pid } = await record("each-ioctl", 0, hooks);
      expect(trace.calls(pid)).toEqual(afterAttach(truth));
      expect(trace.losses).toEqual(NO_LOSSES);
      const range = truth.range as number;
      const find = (request: number) => trace.of(EventKind.Ioctl).find((row) => row.request === request) as Row;
      expect(find(0xc020aa00)).toMatchObject({ address: range, length: 16 * 4096, mode: 3, fd: truth.fd });
      expect(find(0xc020aa00).result & 0x1c).toBe(0x1c);
      expect(find(COPY)).toMatchObject({ address: range, length: 4096, mode: 0, result: 4096, errno: 0 });
      expect(find(MOVE)).toMatchObject({ address: range + 8192, source: truth.source, length: 8192, result: 8192 });
      expect(find(0xc020aa04)).toMatchObject({ address: range + 4096, length: 4096, result: 4096 });
      expect(find(0xc018aa06)).toMatchObject({ address: range, length: 4096, mode: 1 });
      expect(find(0x8010aa02)).toMatchObject({ address: range, length: 16 * 4096 });
      for (const row of trace.of(EventKind.Ioctl)) {
        expect(row.durationNs).toBeGreaterThan(0);
        expect(row.site).toBeGreaterThan(0);
      }
    });

    it("records failures with errno and result field, unknown numbers, and wrong descriptors", async () => {
      const { trace, truth, pid } = await record("errors", 0, hooks);
      expect(trace.calls(pid)).toEqual(afterAttach(truth));
      const moves = trace.of(EventKind.Ioctl).filter((row) => row.request === MOVE);
      const results = moves.map(({ errno, result }) => [errno, result]);
      expect(results).toContainEqual([17, -17]);
      expect(results).toContainEqual([2, -2]);
      expect(results).toContainEqual([16, -16]);
      expect(results).toContainEqual([11, 4096]);
      const unknown = trace.of(EventKind.Ioctl).find((row) => row.request === 0xc028aa77);
      expect(unknown).toMatchObject({ address: 0x1111, source: 0x2222, length: 0x3333, mode: 0x4444, result: 0x5555 });
    });

    it("loses nothing of 200000 calls and agrees with their median duration", async () => {
      const { trace, truth, pid } = await record("storm", 200_000, hooks);
      expect(trace.losses).toEqual(NO_LOSSES);
      expect(trace.calls(pid)).toEqual(afterAttach(truth));
      const durations = trace.of(EventKind.Ioctl).filter((row) => row.request === MOVE && row.pid === pid);
      const own = truth.callNs.c028aa05 as number;
      const ours = median(durations.map((row) => row.durationNs));
      console.log(`      ${hooks}: MOVE median ${ours} ns recorded, ${own} ns by the program`);
      expect(Math.abs(ours / own - 1)).toBeLessThan(0.1);
    });
  });

  it("counts what a full ring has no room for, to the last event", async () => {
    target = await Target.start(program, "storm", 20_000);
    const session = addon().attach({ probe: [probePath], pids: [target.pid], ringBytes: 1 << 16, hooks: "auto" });
    expect(session.calibration).toBeDefined();
    await target.run();
    session.stop();
    const columns = allocateColumns(4096);
    const rows = session.drain(columns, 0, new Map());
    const recorded = columns.kind.subarray(0, rows).filter((kind) => kind === EventKind.Ioctl).length;
    const { ring } = session.losses();
    session.close();
    expect(recorded).toBeGreaterThan(100);
    // With both calls of UFFDIO_REGISTER.
    expect(recorded + ring).toBe(20_002);
  });

  it("sees a descriptor made by /dev/userfaultfd", async () => {
    const { trace, truth } = await record("device", 0, "syscall");
    const made = trace.of(EventKind.Ioctl).find((row) => row.request === 0xaa00);
    expect(made).toMatchObject({ errno: 0, result: truth.made, mode: 0x80000 });
  });

  it("tells call sites apart, also two callers of one wrapper, and samples each once", async () => {
    const { trace } = await record("sites", 2000, "syscall");
    const bySite = new Map<number, number>();
    for (const { site } of trace.of(EventKind.Ioctl)) bySite.set(site, (bySite.get(site) ?? 0) + 1);
    expect([...bySite.values()]).toEqual([2000, 2000, 2000]);
    expect(bySite.has(0)).toBe(false);
    for (const site of bySite.keys()) expect(trace.sites.filter((sample) => sample.site === site)).toHaveLength(1);
    for (const sample of trace.sites) expect([sample.registers.length, sample.stack.length]).toEqual([64, 512]);
  });

  it("tells callers in a shared library apart", async () => {
    const { trace } = await record("library", 1000, "syscall");
    const bySite = new Map<number, number>();
    for (const { site } of trace.of(EventKind.Ioctl)) bySite.set(site, (bySite.get(site) ?? 0) + 1);
    expect([...bySite.values()]).toEqual([1000, 1000, 1000]);
  });

  it("records the memory calls that explain failures", async () => {
    const { trace, truth } = await record("memory", 0, "raw");
    const range = truth.range as number;
    const calls = trace.of(EventKind.MmCall).filter((row) => row.address >= range && row.address < range + 8 * 4096);
    const find = (request: number) => calls.filter((row) => row.request === request);
    expect(find(28).at(-1)).toMatchObject({ address: range, length: 4096, mode: 4 });
    expect(find(10).at(-1)).toMatchObject({ address: range, length: 4096, mode: 1 });
    expect(find(149)).toMatchObject([{ address: range + 4096, length: 4096, errno: 0 }]);
    expect(find(25)).toMatchObject([
      { address: range + 4 * 4096, length: 4 * 4096, source: 2 * 4096, result: truth.moved },
    ]);
    expect(find(11).at(-1)).toMatchObject({ address: range, length: 2 * 4096 });
  });
});
