/** The way without privilege against the programs' own truth: the library in them and software page-fault events. */
import { existsSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventKind, ProcessChange } from "../../server/src/recording/schema";
import { buildScenarios } from "./harness/build";
import { addon, preloadPath, whyNot } from "./harness/machine";
import { type Preloaded, startPreloaded } from "./harness/preloaded";
import { median, NO_LOSSES } from "./harness/trace";

const CLOSE = 3;
const reason = whyNot() ?? (existsSync(preloadPath) ? undefined : "the preload library is not built");

describe.skipIf(reason)(`the preload library${reason ? ` (skipped: ${reason})` : ""}`, () => {
  let program = "";
  const running: Preloaded[] = [];
  beforeAll(() => {
    program = buildScenarios();
  });
  afterEach(() => {
    for (const { target, trace } of running.splice(0)) {
      trace.stop();
      target.kill();
    }
  });

  async function start(...words: readonly string[]): Promise<Preloaded> {
    const started = await startPreloaded([program, ...words]);
    running.push(started);
    return started;
  }

  it.each([
    ["each-ioctl", 0],
    ["errors", 0],
    ["storm", 200_000],
  ])("sees every call of %s as the program counted it", async (scenario, amount) => {
    const { target, trace } = await start(scenario, ...(amount ? [`${amount}`] : []));
    const truth = await target.run();
    trace.stop();
    expect(trace.losses).toEqual(NO_LOSSES);
    expect(trace.calls(target.pid)).toEqual(truth.calls);
    const sum = Object.values(truth.calls).reduce((total, count) => total + count, 0);
    expect(sum).toBeGreaterThanOrEqual(amount);
  });

  it("sees the faults, their messages and their lengths", async () => {
    const { target, trace } = await start("served", "2000");
    const truth = await target.run();
    trace.stop();
    expect(trace.losses).toEqual(NO_LOSSES);
    const faults = trace.of(EventKind.Fault);
    const messages = trace.of(EventKind.Message);
    expect(truth.faults).toBeGreaterThan(1000);
    expect(messages).toHaveLength(truth.faults);
    const told = new Set(messages.map(({ address }) => address));
    const own = faults.filter(({ address }) => told.has(address));
    expect(own.length).toBeGreaterThanOrEqual(truth.faults);
    const seenNs = median(own.map(({ durationNs }) => durationNs));
    console.log(`      fault p50 ${seenNs} ns recorded, ${truth.faultNs} ns by the program`);
    expect(Math.abs(seenNs / truth.faultNs - 1)).toBeLessThan(0.1);
  });

  it("reads batches of messages, and messages that straddle the buffers of a readv", async () => {
    const { target, trace } = await start("batch", "16");
    const truth = await target.run();
    trace.stop();
    expect(trace.losses).toEqual(NO_LOSSES);
    expect([truth.read, truth.readv]).toEqual([8, 8]);
    const messages = trace.of(EventKind.Message);
    expect(messages).toHaveLength(16);
    expect(new Set(messages.map(({ address }) => address)).size).toBe(16);
  });

  it("follows children through fork and exec", async () => {
    const { target, trace } = await start("children");
    await target.run();
    expect(await target.end()).toBe(0);
    trace.stop();
    const changes = trace.of(EventKind.Process).filter(({ pid }) => pid !== target.pid);
    const forked = changes.filter(({ request }) => request === ProcessChange.Forked);
    expect(forked.length).toBeGreaterThan(0);
    for (const { pid, peer } of forked) {
      expect(peer).toBe(target.pid);
      const ended = changes.some((change) => change.pid === pid && change.request === ProcessChange.Exited);
      expect(ended, `the end of child ${pid}`).toBe(true);
    }
    const children = new Set(forked.map(({ pid }) => pid));
    expect(trace.of(EventKind.Ioctl).some(({ pid }) => children.has(pid))).toBe(true);
    expect(changes.some(({ request }) => request === ProcessChange.Exec)).toBe(true);
  });

  it("tells of a userfaultfd that is closed, and of no other descriptor", async () => {
    const { target, trace } = await start("buffers");
    const truth = await target.run();
    trace.stop();
    const closed = trace.of(EventKind.MmCall).filter(({ request }) => request === CLOSE);
    expect(closed.map(({ fd }) => fd)).toEqual([truth.other]);
  });

  it("sends what it takes to unwind each call site once, ahead of the calls", async () => {
    const { target, trace } = await start("sites");
    await target.run();
    trace.stop();
    const numbers = trace.sites.map(({ site }) => site);
    expect(new Set(numbers).size).toBe(numbers.length);
    const called = new Set(trace.of(EventKind.Ioctl).map(({ site }) => site));
    expect(called.size).toBeGreaterThan(1);
    for (const site of called) expect(numbers).toContain(site);
    for (const { registers, stack } of trace.sites) {
      expect(registers).toHaveLength(64);
      expect(stack.length).toBeGreaterThanOrEqual(64);
    }
  });

  it("records calls and messages, and says why, where faults cannot be seen", () => {
    const session = addon().preload({ pid: 2 ** 22, library: preloadPath, ringBytes: 1 << 16 });
    try {
      expect(session.faultless).toMatch(/No such process/);
      expect(session.hooks).toMatch(/; no page faults$/);
    } finally {
      session.close();
    }
  });

  it("counts what the ring has no room for: recorded and lost make the truth", async () => {
    const { target, trace, session } = await startPreloaded([program, "storm", "50000"], 1 << 16);
    running.push({ target, trace, session });
    // Nobody drains: the recorder might as well be dead, and the program runs to its end.
    trace.pause();
    const truth = await target.run();
    trace.stop();
    const sum = Object.values(truth.calls).reduce((total, count) => total + count, 0);
    const recorded = trace.of(EventKind.Ioctl).length;
    expect(trace.losses.ring).toBeGreaterThan(0);
    expect(recorded).toBeGreaterThan(0);
    const others = trace.losses.ring + recorded - sum;
    expect(others).toBeGreaterThanOrEqual(0);
    expect(others).toBeLessThan(100);
  });
});
