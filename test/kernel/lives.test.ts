/** Attaching, following, and every way in which one of the parties goes away. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { EventKind, ProcessChange } from "../../server/src/recording/schema";
import { buildScenarios } from "./harness/build";
import { addon, addonPath, probePath, whyNot } from "./harness/machine";
import { Target } from "./harness/target";
import { NO_LOSSES, Trace } from "./harness/trace";

const reason = whyNot();
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** Pids of probes that `parent` started and that have not ended. */
function probesOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return stat.includes("(probe)") && state !== "Z" && Number(ppid) === parent;
      } catch {
        return false; // ended meanwhile
      }
    })
    .map(Number);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`never: ${what}`);
}

describe.skipIf(reason)(`lives${reason ? ` (skipped: ${reason})` : ""}`, () => {
  let program = "";
  const targets: Target[] = [];
  const traces: Trace[] = [];
  const children: ChildProcess[] = [];
  beforeAll(() => {
    program = buildScenarios();
  });
  afterEach(() => {
    for (const trace of traces.splice(0)) trace.stop();
    for (const target of targets.splice(0)) target.kill();
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  async function start(scenario: string, amount = 0, prefix: readonly string[] = []): Promise<Target> {
    const target = await Target.start(program, scenario, amount, prefix);
    targets.push(target);
    return target;
  }
  function attach(pids: readonly number[], options: Parameters<typeof Trace.attach>[1] = {}): Trace {
    const trace = Trace.attach(pids, options);
    traces.push(trace);
    return trace;
  }
  /** Attach must fail; returns the error's code. Its words must be whole sentences. */
  function refusal(pids: readonly number[], options: Parameters<typeof Trace.attach>[1] = {}): string {
    try {
      attach(pids, options);
    } catch (error) {
      const { code, message, remedy } = error as { code: string; message: string; remedy: string };
      expect(message).toMatch(/^[A-Z0-9/].*\.$/s);
      expect(remedy).toMatch(/^[A-Z].*\.$/s);
      return code;
    }
    throw new Error("attach did not fail");
  }

  it("follows a child through fork, exec and exit", async () => {
    const target = await start("children");
    const trace = attach([target.pid]);
    const truth = await target.run();
    const child = truth.child as number;
    expect(await target.end()).toBe(0);
    await sleep(50);
    trace.stop();
    expect(trace.calls(child)).toEqual({ "c018aa3f 0": 2, "c020aa00 0": 4, "c028aa05 0": 150 });
    const changes = trace.of(EventKind.Process).filter((row) => row.pid === child);
    expect(changes.map((row) => row.request)).toEqual([ProcessChange.Forked, ProcessChange.Exec, ProcessChange.Exited]);
    expect(changes[0]).toMatchObject({ peer: target.pid });
    expect(changes[1]?.text).toBe("scenarios storm-now 50");
    const own = trace.of(EventKind.Process).filter((row) => row.pid === target.pid);
    expect(own.map((row) => row.request)).toEqual([ProcessChange.Attached, ProcessChange.Exited]);
    expect(own[0]?.text).toContain("scenarios children");
  });

  it("follows a thread that starts later, and names it", async () => {
    const target = await start("late", 500);
    const trace = attach([target.pid]);
    const truth = await target.run();
    trace.stop();
    expect(trace.calls(target.pid)["c028aa05 0"]).toBe(500);
    const tid = trace.of(EventKind.Ioctl).find((row) => row.request === 0xc028aa05)?.tid;
    expect(tid).not.toBe(target.pid);
    expect(
      trace
        .of(EventKind.Thread)
        .filter((row) => row.tid === tid)
        .at(-1)?.text,
    ).toBe("late-comer");
    expect(truth.calls["c028aa05 0"]).toBe(500);
  });

  it("knows the ranges and descriptors that were there before", async () => {
    const target = await start("waiting");
    const first = attach([target.pid]);
    const truth = await target.run();
    first.stop();
    const second = attach([target.pid], { requireUserfaultfd: true });
    second.stop();
    expect(second.of(EventKind.Registered)).toMatchObject([
      { pid: target.pid, address: truth.range, length: 4096, mode: 1, fd: 3 },
    ]);
  });

  it("survives the death of the probe, and leaves the target running", async () => {
    const target = await start("storm", 3000);
    const trace = attach([target.pid]);
    const [probe] = probesOf(process.pid);
    process.kill(probe as number, "SIGKILL");
    await until("the session notices", () => !trace.session.alive);
    expect(trace.session.ended).toMatch(/probe/);
    expect((await target.run()).calls["c028aa05 0"]).toBe(3000);
    expect(await target.end()).toBe(0);
  });

  it("detaches when the recorder is killed, and leaves the target running", async () => {
    const target = await start("storm", 3000);
    const script = `
      const addon = require(process.argv[1]);
      const session = addon.attach({ probe: [process.argv[2]], pids: [${target.pid}], ringBytes: 1 << 20, hooks: "auto" });
      console.log("attached");
      setInterval(() => session.alive, 1000);`;
    const recorder = spawn(process.execPath, ["-e", script, addonPath, probePath], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(recorder);
    await new Promise((resolve) => recorder.stdout?.once("data", resolve));
    const [probe] = probesOf(recorder.pid as number);
    expect(probe).toBeGreaterThan(0);
    recorder.kill("SIGKILL");
    await until("the probe exits", () => !existsSync(`/proc/${probe}`));
    expect((await target.run()).calls["c028aa05 0"]).toBe(3000);
    expect(await target.end()).toBe(0);
    // Nothing holds the target any longer.
  });

  it("refuses a second recording of a target, and allows it when the first has ended", async () => {
    const target = await start("storm", 10);
    const trace = attach([target.pid]);
    expect(refusal([target.pid])).toBe("already-traced");
    trace.stop();
    attach([target.pid]).stop();
  });

  it("refuses what cannot be traced, each with a code and a remedy", async () => {
    const idle = await start("idle");
    const busy = await start("waiting");
    await busy.run();
    const thread = readdirSync(`/proc/${busy.pid}/task`)
      .map(Number)
      .find((tid) => tid !== busy.pid) as number;
    expect(refusal([0x7ffffff])).toBe("no-process");
    expect(refusal([thread])).toBe("no-process");
    expect(refusal([idle.pid], { requireUserfaultfd: true })).toBe("no-userfaultfd");
    expect(refusal([idle.pid], { probe: ["/nowhere/probe"] })).toBe("probe-missing");
    expect(refusal([idle.pid], { probe: ["/bin/false"] })).toBe("probe-failed");
    expect(refusal([idle.pid], { probe: ["/bin/sh", "-c", "echo a password is required >&2; exit 1"] })).toBe(
      "no-privilege",
    );
    expect(refusal([idle.pid], { ringBytes: 100_000 })).toBe("probe-failed");
    await until("no refused probe is left", () => probesOf(process.pid).length === 0);
  });

  it("says what is missing without privilege", async () => {
    const target = await start("storm", 10);
    expect(refusal([target.pid], { probe: [...NOBODY, probePath] })).toBe("no-privilege");
  });

  it("works with two file capabilities and without tracefs, but shows one user nothing of another", async () => {
    const folder = mkdtempSync(join(tmpdir(), "faultscope-caps-"));
    try {
      const granted = join(folder, "probe");
      copyFileSync(probePath, granted);
      chmodSync(folder, 0o755);
      chmodSync(granted, 0o755);
      execFileSync("setcap", ["cap_bpf,cap_perfmon+ep", granted]);
      const probe = [...NOBODY, granted];
      const foreign = await start("storm", 10);
      expect(refusal([foreign.pid], { probe })).toBe("no-privilege");
      const copy = join(folder, "scenarios");
      copyFileSync(program, copy);
      const own = await Target.start(copy, "served", 100, NOBODY);
      targets.push(own);
      expect(refusal([own.pid], { probe, hooks: "syscall" })).toBe("no-tracefs");
      const trace = attach([own.pid], { probe, requireUserfaultfd: true });
      expect(trace.session.hooks).toContain("raw");
      const truth = await own.run();
      trace.stop();
      expect(trace.calls(own.pid)["c028aa03 0"]).toBe(100);
      expect(trace.of(EventKind.Fault)).toHaveLength(truth.faults);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("either records a program that ends while we attach, or says that it ended", async () => {
    const outcomes = new Set<string>();
    for (let delayMs = 0; delayMs < 600; delayMs += 60) {
      const short = spawn("sleep", [`${delayMs / 1000}`]);
      children.push(short);
      try {
        const trace = attach([short.pid as number]);
        await sleep(delayMs);
        trace.stop();
        outcomes.add("recorded");
      } catch (error) {
        outcomes.add((error as { code: string }).code);
      }
    }
    for (const outcome of outcomes) expect(["recorded", "target-exited", "no-process"]).toContain(outcome);
  });

  it("closes what is closed twice, and says so when a closed session is drained", async () => {
    const target = await start("storm", 10);
    const session = addon().attach({ probe: [probePath], pids: [target.pid], ringBytes: 1 << 20, hooks: "auto" });
    session.close();
    session.close();
    session.stop();
    expect(session.alive).toBe(false);
    expect(session.losses()).toEqual(NO_LOSSES);
    expect(() => session.takeSites()).toThrow("The session is closed.");
    attach([target.pid]).stop();
  });
});
