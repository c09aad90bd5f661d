/** Faults and messages of a real process, against what the program saw. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventKind } from "../../server/src/recording/schema";
import { buildScenarios } from "./harness/build";
import { whyNot } from "./harness/machine";
import { Target } from "./harness/target";
import { median, Trace } from "./harness/trace";

const reason = whyNot();
const PAGEFAULT = 0x12;
const FAULTS = 2000;

describe.skipIf(reason)(`faults${reason ? ` (skipped: ${reason})` : ""}`, () => {
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

  async function record(scenario: string, amount: number, prefix: readonly string[] = []) {
    target = await Target.start(program, scenario, amount, prefix);
    trace = Trace.attach([target.pid]);
    const truth = await target.run();
    trace.stop();
    expect(trace.losses).toEqual({ ring: 0, state: 0, decode: 0 });
    return { trace, truth, pid: target.pid };
  }

  it.each([
    { where: "on one CPU", prefix: ["taskset", "-c", "0"] },
    { where: "on any CPU", prefix: [] },
  ])("knows when every served fault was raised, woken and running again, $where", async ({ where, prefix }) => {
    const { trace, truth, pid } = await record("served", FAULTS, prefix);
    const range = truth.range as number;
    const inRange = (address: number) => address >= range && address < range + FAULTS * 4096;
    const messages = trace.of(EventKind.Message).filter((row) => row.request === PAGEFAULT);
    expect(messages).toHaveLength(FAULTS);
    const faults = trace.of(EventKind.Fault).filter((row) => inRange(row.address));
    expect(new Set(faults.map((row) => row.address)).size).toBe(FAULTS);
    expect(faults).toHaveLength(FAULTS);
    const handler = messages[0]?.tid;
    for (const fault of faults) {
      expect(fault).toMatchObject({ pid, tid: pid, peer: handler, request: 0, mode: 6 });
      expect(fault.wokenNs).toBeGreaterThan(0);
      expect(fault.wokenNs).toBeLessThanOrEqual(fault.durationNs);
    }
    const ours = median(faults.map((row) => row.durationNs));
    console.log(`      ${where}: fault median ${ours} ns recorded, ${truth.faultNs} ns by the program`);
    expect(Math.abs(ours / truth.faultNs - 1)).toBeLessThan(0.1);
  });

  it("sees faults that the kernel takes for the program", async () => {
    const { trace, truth } = await record("kernel", 500);
    const faults = trace.of(EventKind.Fault).filter((row) => row.request === 1);
    expect(faults).toHaveLength(truth.faults);
  });

  it("takes each message of a batch read and of readv, and nothing that only looks like messages", async () => {
    const { trace, truth, pid } = await record("batch", 16);
    expect([truth.read, truth.readv]).toEqual([8, 8]);
    const messages = trace.of(EventKind.Message);
    expect(messages).toHaveLength(16);
    expect(new Set(messages.map((row) => row.address)).size).toBe(16);
    // UFFD_FEATURE_THREAD_ID: the kernel names the faulting thread, which is the one whose trap we saw.
    const faults = new Map(trace.of(EventKind.Fault).map((row) => [row.address, row.tid]));
    for (const message of messages) expect(message).toMatchObject({ tid: pid, peer: faults.get(message.address) });
  });

  it("reports a fault that still waits at the end", async () => {
    const { trace, truth } = await record("waiting", 1);
    const [waiting, ...more] = trace.of(EventKind.Waiting);
    expect(more).toEqual([]);
    expect(waiting).toMatchObject({ address: truth.range, wokenNs: -1 });
    expect(waiting?.durationNs).toBeGreaterThan(50_000_000);
  });
});
