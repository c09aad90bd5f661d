import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { canTrace, examine } from "./doctor";
import { mayUseBpf } from "./doctorPrivilege";
import { Liveness } from "./liveness";
import { LossMeter } from "./lossMeter";
import { commandOf, startOf } from "./procfs";
import { listTargets, pendingFaults, registeredBytes, userNames } from "./targets";

describe("targets", () => {
  it("counts faults that wait, unread or not", () => {
    expect(pendingFaults("pos:\t0\nflags:\t02000002\npending:\t1\ntotal:\t3\nAPI:\taa:1ffff:3\n")).toBe(3);
    expect(pendingFaults("")).toBe(0);
  });

  it("adds up mappings registered for missing, write-protect or minor faults", () => {
    const mapping = (kB: number, flags: string): string =>
      `7f00-7f01 rw-p 0 00:00 0\nSize:      ${kB} kB\nRss: 4 kB\nVmFlags: rd wr ${flags}\n`;
    const smaps = mapping(8, "mr um ac") + mapping(100, "mr ac sd") + mapping(4, "uw") + mapping(4, "ui sd");
    expect(registeredBytes(smaps)).toBe(16 * 1024);
    expect(registeredBytes("")).toBe(0);
  });

  it("reads names of users, the first of each", () => {
    expect(userNames("root:x:0:0::/root:/bin/sh\ntoor:x:0:0\nbroken\n").get("0")).toBe("root");
  });

  it("lists what /proc shows without failing on what it does not", async () => {
    const { targets, unreadable } = await listTargets();
    expect(unreadable).toBeGreaterThanOrEqual(0);
    for (const target of targets) expect(target.fds.length).toBeGreaterThan(0);
  });
});

describe("doctor", () => {
  it("knows the capabilities that tracing takes", () => {
    const status = (bits: bigint): string => `Name:\tx\nCapEff:\t${bits.toString(16).padStart(16, "0")}\n`;
    expect(mayUseBpf(status((1n << 39n) | (1n << 38n)))).toBe(true);
    expect(mayUseBpf(status(1n << 21n))).toBe(true);
    expect(mayUseBpf(status(1n << 39n))).toBe(false);
    expect(mayUseBpf("")).toBe(false);
  });

  it("has a remedy for whatever is not in order, and none for what is", async () => {
    const checks = await examine("/nowhere/native");
    for (const { name, status, detail, remedy } of checks) {
      expect(detail, name).toMatch(/\.$/);
      expect(remedy === "", name).toBe(status === "ok");
    }
    expect(checks.find(({ name }) => name === "native parts")).toMatchObject({ status: "missing" });
    expect(canTrace(checks)).toBe(false);
  });
});

describe("processes", () => {
  it("are known by pid and start time, and dead once they have ended", async () => {
    const child = spawn("sleep", ["60"]);
    const pid = child.pid ?? -1;
    const liveness = new Liveness();
    liveness.meet(pid);
    expect([liveness.anyAlive(), commandOf(pid), typeof startOf(pid)]).toEqual([true, "sleep 60", "string"]);
    child.kill("SIGKILL");
    await new Promise((gone) => child.once("exit", gone));
    expect([liveness.anyAlive(), startOf(pid), commandOf(pid)]).toEqual([false, undefined, ""]);
  });
});

it("tells every loss once, by its border", () => {
  const meter = new LossMeter();
  expect(meter.rows({ ring: 0, state: 0 }, 1)).toEqual([]);
  expect(meter.rows({ ring: 5, state: 1 }, 2).map(({ length, text }) => [length, text])).toEqual([
    [5n, "the ring buffer was full"],
    [1n, "two threads needed the same slot of the kernel's per-thread state"],
  ]);
  expect(meter.rows({ ring: 5, state: 1, novel: 2 }, 3).map(({ length, text }) => [length, text])).toEqual([
    [2n, "novel"],
  ]);
  expect(meter.rows({ ring: 7, state: 1, novel: 2 }, 4).map(({ length }) => length)).toEqual([2n]);
});
