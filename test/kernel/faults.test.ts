/** Faults and messages of a real process, against what the program saw. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventKind } from "../../server/src/recording/schema";
import { buildScenarios } from "./harness/build";
import { whyNot } from "./harness/machine";
import { Target } from "./harness/target";
import { median, NO_LOSSES, Trace } from "./harness/trace";

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
    expect(trace.losses).toEqual(NO_LOSSES);
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
    const ours = median(faults.map((row) => row.durationNs));
    console.log(`      in the kernel: fault median ${ours} ns recorded, ${truth.faultNs} ns for read(2) around it`);
    // The program can only measure the whole read(2), which is more than its fault.
    expect(ours / truth.faultNs).toBeGreaterThan(0.8);
    expect(ours / truth.faultNs).toBeLessThan(1.05);
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

  it("records write-protect and minor faults like missing ones", async () => {
    const { trace, truth } = await record("kinds", 0);
    const flags = trace.of(EventKind.Message).map((row) => [row.address, row.mode]);
    expect(flags).toEqual([
      [truth.protected, 3],
      [truth.shared, 5],
    ]);
    const faults = new Map(trace.of(EventKind.Fault).map((row) => [row.address, row]));
    expect(faults.get(truth.protected as number)).toMatchObject({ mode: 7 });
    expect(faults.get(truth.shared as number)).toMatchObject({ mode: 6 });
  });

  it("sees pages that the kernel looks up without a trap, from sleep to waking", async () => {
    const { trace, truth } = await record("looked-up", 500);
    const faults = trace.of(EventKind.Fault);
    // A page that arrives before the thread sleeps leaves nothing to see.
    expect(faults.length).toBeGreaterThan(480);
    expect(faults.length).toBeLessThanOrEqual(500);
    expect(new Set(faults.map(({ request, address }) => `${request} ${address}`))).toEqual(new Set(["2 0"]));
    const messages = trace.of(EventKind.Message);
    expect(messages).toHaveLength(500);
    expect(new Set(faults.map(({ tid }) => tid))).toEqual(new Set(messages.map(({ peer }) => peer)));
    for (const fault of faults) {
      expect(fault.wokenNs).toBeGreaterThan(0);
      expect(fault.wokenNs).toBeLessThanOrEqual(fault.durationNs);
    }
    const ours = median(faults.map((row) => row.durationNs));
    console.log(`      looked up: fault median ${ours} ns recorded, ${truth.faultNs} ns for madvise(2) around it`);
    // madvise(2) itself and telling the handler come before the sleep, and take a third of the whole here.
    expect(ours / truth.faultNs).toBeGreaterThan(0.4);
    expect(ours / truth.faultNs).toBeLessThan(1.05);
  });

  it("makes one fault of one that is woken in vain, with a message for each try", async () => {
    const { trace, truth } = await record("woken-in-vain", 0);
    expect(trace.of(EventKind.Message)).toHaveLength(3);
    const address = trace.of(EventKind.Message)[0]?.address;
    const [fault, ...more] = trace.of(EventKind.Fault).filter((row) => row.address === address);
    expect(more).toEqual([]);
    expect((fault?.durationNs ?? 0) / truth.faultNs).toBeGreaterThan(0.9);
    // The last wake counts: the one that brought the page.
    expect((fault?.wokenNs ?? 0) / (fault?.durationNs ?? 1)).toBeGreaterThan(0.9);
  });

  it("takes nothing for the end of a fault that the kernel refused with SIGBUS", async () => {
    const { trace } = await record("refused", 0);
    expect(trace.of(EventKind.Message)).toEqual([]);
    expect(trace.of(EventKind.Fault)).toEqual([]);
    expect(trace.of(EventKind.Waiting)).toEqual([]);
  });

  it("keeps the call of a thread that is on its way out of the kernel when recording ends", async () => {
    target = await Target.start(program, "preempted");
    trace = Trace.attach([target.pid]);
    target.go();
    while (trace.of(EventKind.Fault).length === 0) await new Promise((later) => setTimeout(later, 1));
    trace.stop();
    expect(trace.of(EventKind.Ioctl).map(({ request }) => request.toString(16))).toContain("c028aa03");
    expect(trace.losses).toEqual(NO_LOSSES);
  });

  it("reports a fault that still waits at the end", async () => {
    const { trace, truth } = await record("waiting", 1);
    const [waiting, ...more] = trace.of(EventKind.Waiting);
    expect(more).toEqual([]);
    expect(waiting).toMatchObject({ address: truth.range, wokenNs: -1 });
    expect(waiting?.durationNs).toBeGreaterThan(50_000_000);
  });
});
