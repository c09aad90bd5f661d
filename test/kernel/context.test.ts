/** What explains failures and waits beside the ioctls, as the kernel reports it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventKind } from "../../server/src/recording/schema";
import { buildScenarios } from "./harness/build";
import { whyNot } from "./harness/machine";
import { Target } from "./harness/target";
import { NO_LOSSES, Trace } from "./harness/trace";

const reason = whyNot();
const KSM = "/sys/kernel/mm/ksm";

describe.skipIf(reason)(`context${reason ? ` (skipped: ${reason})` : ""}`, () => {
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

  async function record(scenario: string, hooks: "syscall" | "raw" = "syscall") {
    target = await Target.start(program, scenario);
    trace = Trace.attach([target.pid], { hooks });
    return { trace, truth: await target.run() };
  }

  it.each(["syscall", "raw"] as const)("records pins, references and advice a buffer each (%s)", async (hooks) => {
    const { trace, truth } = await record("buffers", hooks);
    trace.stop();
    expect(trace.losses).toEqual(NO_LOSSES);
    const calls = (request: number) => trace.of(EventKind.MmCall).filter((row) => row.request === request);
    const pinned = truth.pinned as number;
    const both = [
      { address: pinned, length: 4096, source: 2 },
      { address: pinned + 2 * 4096, length: 2 * 4096, source: 2 },
    ];
    const [first, second, unregistered, ...rest] = calls(427);
    expect([first, second]).toMatchObject(both.map((buffer) => ({ ...buffer, mode: 0, errno: 0 })));
    expect(unregistered).toMatchObject({ mode: 1, address: 0, source: 0, errno: 0 });
    expect(rest).toEqual([]);
    expect(calls(278)).toMatchObject([{ ...both[0], source: 1, result: 4096 }]);
    expect(calls(440)).toMatchObject(both.map((buffer) => ({ ...buffer, mode: 20, result: 3 * 4096 })));
    // The ring, then the second userfaultfd; the pipe is nobody's business.
    expect(calls(3).map(({ fd }) => fd)).toEqual([first?.fd, truth.other]);
  });

  it.skipIf(!existsSync(`${KSM}/run`))("records which pages ksmd merges", async () => {
    const saved = ["run", "sleep_millisecs", "pages_to_scan"].map((name) => [
      `${KSM}/${name}`,
      readFileSync(`${KSM}/${name}`, "utf8"),
    ]) as [string, string][];
    try {
      writeFileSync(`${KSM}/sleep_millisecs`, "5");
      writeFileSync(`${KSM}/pages_to_scan`, "1000");
      writeFileSync(`${KSM}/run`, "1");
      const { trace, truth } = await record("mergeable");
      const range = truth.range as number;
      const merged = () => new Set(trace.of(EventKind.KsmMerge).map(({ address }) => address));
      for (let tries = 0; tries < 1000 && merged().size < 2; tries++) await sleep(10);
      expect(merged()).toEqual(new Set([range, range + 4096]));
      expect(trace.of(EventKind.KsmMerge)[0]).toMatchObject({ pid: target?.pid });
    } finally {
      for (const [file, value] of saved.reverse()) writeFileSync(file, value);
    }
  });

  it("finds the faults that waited before it attached", async () => {
    const { trace, truth } = await record("blocked");
    trace.stop();
    const range = truth.range as number;
    const byAddress = (a: { address: number }, b: { address: number }) => a.address - b.address;
    expect(trace.of(EventKind.Blocked).sort(byAddress)).toMatchObject([
      { pid: target?.pid, address: range, mode: 1, request: 0 },
      { pid: target?.pid, address: range + 4096, mode: 1, request: 1 },
    ]);
    const ptids = trace.of(EventKind.Message).map(({ peer }) => peer);
    expect(trace.of(EventKind.Blocked).find(({ request }) => request === 1)?.tid).toBe(ptids[0]);
  });
});
