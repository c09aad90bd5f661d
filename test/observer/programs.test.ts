/** Whole programs that use userfaultfd in earnest: the recording holds what bpftrace counted in the same run. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSmallPrograms, program } from "./harness/build";
import { type Counts, reported, sum } from "./harness/counts";
import { compactor, titled, whyNot } from "./harness/machine";
import { Observer } from "./harness/observer";
import { type Recorded, record, run } from "./harness/record";

const reason =
  whyNot("bpftrace", "unshare", "cc") ??
  (existsSync(compactor) ? undefined : "the compactor is not built (make -C examples/compactor)");
const noStress = reason ?? whyNot("stress-ng");
const KSM = "/sys/kernel/mm/ksm/run";

let observer: Observer;
let folder: string;
let ksmWas: string | undefined;

async function compare(what: string, command: readonly string[]): Promise<{ recorded: Recorded; seen: Counts }> {
  const recorded = await record(command, folder);
  const seen = await observer.counts(recorded.pid);
  console.log(`      ${what}: ${sum(seen.calls)} calls and ${sum(seen.messages)} messages by bpftrace,
        ${JSON.stringify(seen)}`);
  expect(recorded.report.lost, recorded.report.notes.join(" ")).toBe(0);
  expect(reported(recorded.report)).toEqual(seen);
  return { recorded, seen };
}

describe.skipIf(reason !== undefined)(titled("a program, recorded and observed", reason), () => {
  beforeAll(async () => {
    buildSmallPrograms(["copy"]);
    folder = mkdtempSync(join(tmpdir(), "faultscope-programs-"));
    observer = await Observer.start(program("copy"), 12);
    if (existsSync(KSM)) {
      ksmWas = readFileSync(KSM, "utf8");
      writeFileSync(KSM, "1");
    }
  });
  afterAll(async () => {
    if (ksmWas !== undefined) writeFileSync(KSM, ksmWas);
    await observer?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const modes: readonly [string, readonly string[], readonly string[]][] = [
    ["move", ["--rounds", "40"], ["MOVE ok", "PAGEFAULT"]],
    ["copy", ["--mode", "copy", "--rounds", "20"], ["COPY ok", "PAGEFAULT"]],
    ["mremap", ["--mode", "mremap", "--rounds", "5"], ["WAKE ok", "PAGEFAULT"]],
    ["batch", ["--batch", "16", "--rounds", "20"], ["MOVE ok", "PAGEFAULT"]],
    ["fork-at", ["--fork-at", "3", "--rounds", "10"], ["MOVE ok", "MOVE EBUSY", "COPY ok"]],
    ["ksm", ["--ksm", "--rounds", "10"], ["MOVE ok"]],
    ["double-resolve", ["--double-resolve", "--rounds", "10"], ["MOVE EEXIST", "WAKE ok"]],
  ];
  it.each(modes)("the compactor, %s: the observer's counts, nothing lost", async (mode, args, wanted) => {
    const { seen } = await compare(`compactor ${mode}`, [compactor, "--json", join(folder, "truth.json"), ...args]);
    expect(Object.keys({ ...seen.calls, ...seen.messages })).toEqual(expect.arrayContaining([...wanted]));
  });

  it.skipIf(noStress !== undefined)(
    titled("stress-ng: the observer's counts, nothing lost, and it verifies itself as it does untraced", noStress),
    async () => {
      const command = ["stress-ng", "--userfaultfd", "2", "--userfaultfd-ops", "20000", "--verify", "--timeout", "30"];
      const alone = await run(command);
      const { recorded, seen } = await compare("stress-ng", command);
      // Its last line says whether all instances verified; before it stands the time of the run.
      const verdict = (text: string) => /(unsuccessful|successful) run completed/.exec(text)?.[0];
      expect(verdict(alone.stdout + alone.stderr)).toBe("successful run completed");
      expect(verdict(recorded.stdout + recorded.stderr)).toBe("successful run completed");
      expect(seen.messages.PAGEFAULT).toBeGreaterThanOrEqual(20_000);
    },
  );
});
