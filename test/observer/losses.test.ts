/**
 * Honest about losses, against a program that knows how many calls it made: none are lost at half a million calls a second
 * on two CPUs, and where the recorder cannot keep up what was recorded and what is told lost make up the truth.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../protocol/report";
import { buildProgram } from "./harness/build";
import { cli, titled, whyNot } from "./harness/machine";
import { run } from "./harness/record";

const reason = whyNot("cc");
let spinner: string;
let folder: string;

interface Truth {
  readonly calls: number;
  readonly perSecond: number;
}

interface Figures {
  readonly truth: Truth;
  readonly recorded: number;
  readonly lost: number;
  readonly report: Report;
}

/** Records the spinning program. `atTenth` is told how far it is and may do something to the recorder. */
async function spin(
  threads: number,
  calls: number,
  perSecond: number,
  atTenth: (recorder: ChildProcess, tenth: number) => void = () => undefined,
): Promise<Figures> {
  const file = join(folder, "spin.faultscope");
  const program = [spinner, `${threads}`, `${calls}`, `${perSecond}`];
  const recorder = spawn(process.execPath, [cli, "record", "-o", file, "--", ...program], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const closed = new Promise((resolve) => recorder.once("close", resolve));
  let truth: Truth | undefined;
  for await (const line of createInterface({ input: recorder.stdout })) {
    if (line.startsWith("{")) truth = JSON.parse(line) as Truth;
    else atTenth(recorder, Number.parseInt(line, 10));
  }
  expect(await closed).toBe(0);
  const { stdout } = await run([process.execPath, cli, "report", "--json", file]);
  const report = JSON.parse(stdout) as Report;
  const recorded = report.ioctls.find(({ op }) => op === "WAKE")?.calls ?? 0;
  if (!truth) throw new Error("The program did not say what it did.");
  const rate = `${truth.calls} calls at ${Math.round(truth.perSecond / 1000)}k/s`;
  console.log(`      ${threads} threads, ${rate}: ${recorded} recorded + ${report.lost} lost`);
  return { truth, recorded, lost: report.lost, report };
}

/** No call is recorded twice or forgotten. Names, exits and memory calls of the threads may be among what was lost. */
function expectAccounted(calls: number, recorded: number, lost: number): void {
  expect(recorded).toBeLessThanOrEqual(calls);
  expect(recorded + lost).toBeGreaterThanOrEqual(calls);
  expect(recorded + lost).toBeLessThan(calls + 100);
}

describe.skipIf(reason !== undefined)(titled("losses", reason), () => {
  beforeAll(() => {
    spinner = buildProgram("spin");
    folder = mkdtempSync(join(tmpdir(), "faultscope-losses-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    [2, 500_000],
    [4, 500_000],
  ])("%i threads that ask for %i calls a second: none", async (threads, perSecond) => {
    const { truth, recorded, lost, report } = await spin(threads, 2 * perSecond, perSecond);
    expect(lost, report.notes.join(" ")).toBe(0);
    expect(recorded).toBe(truth.calls);
    expect(report.ioctls.find(({ op }) => op === "WAKE")?.errors).toEqual({ EINVAL: truth.calls });
  });

  it("of threads that ask for all they can get: recorded and lost are all", async () => {
    const { truth, recorded, lost } = await spin(4, 2_000_000, 0);
    expectAccounted(truth.calls, recorded, lost);
  });

  it("of a recorder that stands still while the ring overflows: recorded and lost are all, and both are many", async () => {
    // 16 MiB hold some 140,000 calls; from its second to its sixth tenth the program makes five times as many.
    const { truth, recorded, lost } = await spin(2, 2_000_000, 0, (recorder, tenth) => {
      if (tenth === 2) recorder.kill("SIGSTOP");
      if (tenth === 6) recorder.kill("SIGCONT");
    });
    expectAccounted(truth.calls, recorded, lost);
    expect(lost).toBeGreaterThan(100_000);
    expect(recorded).toBeGreaterThan(100_000);
  });
});
