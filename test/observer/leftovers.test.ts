/**
 * After a recording nothing of it is left: no BPF program, map or link, no process that could hold a perf event and no
 * mount. However it ends: by itself, detached from a program that goes on, killed.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probePath } from "../kernel/harness/machine";
import { buildProgram } from "./harness/build";
import { bpfOf, parentOf, perfEventsOf, running } from "./harness/held";
import { cli, titled, until, whyNot } from "./harness/machine";

const reason = whyNot("cc");
let lister: string;
let spinner: string;
let folder: string;

const inKernel = (): ReadonlySet<string> =>
  new Set(
    execFileSync(lister, { encoding: "utf8", maxBuffer: 1 << 26 })
      .trim()
      .split("\n"),
  );
const mounts = (): string => readFileSync("/proc/self/mountinfo", "utf8");
const stateOf = (pid: number): string => /^State:\s*(\S)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";

const ways: readonly [string, (recorder: number, probe: number) => void][] = [
  ["detached by SIGINT", (recorder) => process.kill(recorder, "SIGINT")],
  ["whose recorder is killed", (recorder) => process.kill(recorder, "SIGKILL")],
  ["whose probe is killed", (_, probe) => process.kill(probe, "SIGKILL")],
];

describe.skipIf(reason !== undefined)(titled("a recording of a process that goes on", reason), () => {
  beforeAll(() => {
    lister = buildProgram("bpfids");
    spinner = buildProgram("spin");
    folder = mkdtempSync(join(tmpdir(), "faultscope-leftovers-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(ways)("%s leaves nothing behind", async (_, end) => {
    const mountsBefore = mounts();
    const probesBefore = running(probePath);
    // A hundred calls a second, for hours.
    const target = spawn(spinner, ["1", "1000000", "100"], { stdio: "ignore" });
    const pid = target.pid as number;
    const file = join(folder, "left.faultscope");
    const recorder = spawn(process.execPath, [cli, "record", "--pid", `${pid}`, "-o", file], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let words = "";
    recorder.stderr.on("data", (bytes: Buffer) => {
      words += bytes;
    });
    const ended = new Promise((resolve) => recorder.once("close", resolve));
    try {
      await until("it says that it records", () => /Recording/.test(words));
      const probe = running(probePath).find((each) => parentOf(each) === recorder.pid) as number;
      const held = bpfOf(probe);
      const before = inKernel();
      expect(held.filter((each) => !before.has(each))).toEqual([]);
      expect(held.filter((each) => each.startsWith("prog")).length).toBeGreaterThan(5);
      console.log(`      while recording: ${held.length} BPF objects, ${perfEventsOf(probe)} perf events`);

      end(recorder.pid as number, probe);
      await ended;
      await until("what the probe held is gone", () => {
        const still = inKernel();
        return held.every((each) => !still.has(each));
      });
      // Also the child that takes the programs back on the probe's behalf.
      await until("every probe is gone", () => running(probePath).every((each) => probesBefore.includes(each)));
      expect(mounts()).toBe(mountsBefore);
      expect(["S", "R"]).toContain(stateOf(pid));
      expect(perfEventsOf(pid)).toBe(0);
    } finally {
      target.kill("SIGKILL");
      recorder.kill("SIGKILL");
    }
  });
});
