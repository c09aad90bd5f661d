/** `faultscope record` for a user without privilege: the fallback, what it says, and what it cannot do. */
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../protocol/report";
import { buildAlone } from "./harness/build";
import { preloadPath, whyNot } from "./harness/machine";

const root = join(import.meta.dirname, "../..");
const cli = join(root, "dist/cli.cjs");
const compactor = join(root, "examples/compactor/build/compactor");
const absent = existsSync(cli) && existsSync(preloadPath) ? undefined : "the command line is not built (npm run build)";
const reason = whyNot() ?? absent;
const STRESS = "/usr/bin/stress-ng";
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

interface Measured {
  readonly latencyNs: { readonly p50: number };
}
interface Truth {
  readonly ioctls: readonly (Measured & {
    readonly op: string;
    readonly calls: number;
    readonly bytes: number;
    readonly errors: Readonly<Record<string, number>>;
  })[];
  readonly messages: Readonly<Record<string, number>>;
  readonly faults: Measured & { readonly total: number };
}

describe.skipIf(reason)(`a user without privilege${reason ? ` (skipped: ${reason})` : ""}`, () => {
  let folder = "";
  beforeAll(() => {
    execFileSync("make", ["-s", "-C", join(root, "examples/compactor")], { stdio: "inherit" });
    folder = mkdtempSync(join(tmpdir(), "faultscope-nobody-"));
    chmodSync(folder, 0o777);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function asNobody(...args: readonly string[]): SpawnSyncReturns<string> {
    const options = { encoding: "utf8", cwd: folder, maxBuffer: 1 << 26 } as const;
    return spawnSync("setpriv", [...NOBODY, process.execPath, cli, ...args], options);
  }

  const ratio = (a: number, b: number): number => Math.abs(a / b - 1);

  it.each([
    ["moves", ["--rounds", "10"]],
    ["copies", ["--mode", "copy", "--rounds", "10"]],
    ["moves in batches", ["--batch", "16", "--rounds", "20"]],
    ["remaps and wakes", ["--mode", "mremap", "--rounds", "3"]],
    ["meets EBUSY and EEXIST", ["--fork-at", "3", "--double-resolve", "--rounds", "10"]],
  ])("records a compactor that %s: every count as it counted, none lost", (_, args) => {
    const ran = asNobody("record", "--json", "-o", "run.faultscope", "--", compactor, "--json", "truth.json", ...args);
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(/Recorded by the preload library, because the probe cannot be used: /);
    const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as Truth;
    const report = JSON.parse(ran.stdout) as Report;
    expect(report.lost, report.notes.join("\n")).toBe(0);
    for (const own of truth.ioctls) {
      const seen = report.ioctls.find(({ op }) => op === own.op);
      expect(seen).toMatchObject({ calls: own.calls, bytes: own.bytes, errors: own.errors });
      if (own.calls < 1000) continue;
      const words = `${own.op}: p50 ${seen?.latencyNs.p50} ns recorded, ${own.latencyNs.p50} ns by the program`;
      console.log(`      ${words}, ${own.calls} calls`);
      expect(ratio(seen?.latencyNs.p50 ?? 0, own.latencyNs.p50), words).toBeLessThan(0.1);
    }
    expect(report.messages).toEqual(truth.messages);
    // A page that comes before its fault is delivered leaves no message, and without one a fault is not told apart here.
    expect(report.faults.total).toBe(truth.messages.PAGEFAULT);
    expect(report.faults.unlinked).toBeLessThanOrEqual(Math.max(5, report.faults.total / 100));
    const seenNs = report.faults.latencyNs?.p50 ?? 0;
    console.log(`      fault p50 ${seenNs} ns recorded, ${truth.faults.latencyNs.p50} ns by the program`);
    expect(ratio(seenNs, truth.faults.latencyNs.p50)).toBeLessThan(0.1);
    expect(report.notes.join("\n")).toContain("raw system calls (Go, inline assembly)");
  });

  it("names the source line of each call", () => {
    asNobody("record", "--json", "-o", "run.faultscope", "--", compactor, "--rounds", "2");
    const { sites } = JSON.parse(asNobody("report", "--json", "run.faultscope").stdout) as Report;
    const move = sites.find(({ op }) => op === "MOVE");
    expect(move?.file, JSON.stringify(sites)).toMatch(/evacuate\.c$/);
    expect(move?.function).toBe("move_batch");
  });

  it("says of a static program that it cannot be recorded, and does not run it", () => {
    const program = buildAlone("raw", "-static");
    const ran = asNobody("record", "-o", "static.faultscope", "--", program);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /raw-static is statically linked, so it does not load the preload library: nothing could/,
    );
    expect(ran.stderr).toContain("setcap");
    expect(ran.stderr).not.toContain("Recording");
  });

  it("says of a static program that a script starts that nothing was recorded", () => {
    const program = buildAlone("raw", "-static");
    const ran = asNobody("record", "-o", "script.faultscope", "--", "env", "-u", "LD_PRELOAD", program);
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain("Nothing was recorded");
    const { notes } = JSON.parse(asNobody("report", "--json", "script.faultscope").stdout) as Report;
    expect(notes.join("\n")).toContain("Nothing was recorded");
  });

  it("says of raw system calls that they went by", () => {
    const ran = asNobody("record", "-o", "raw.faultscope", "--", buildAlone("raw"));
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(
      /process \d+ held a userfaultfd, but none of its calls went through the preload library/,
    );
  });

  it.skipIf(!existsSync(STRESS))("follows stress-ng into a child that shares its parent's memory", () => {
    const stress = [STRESS, "--userfaultfd", "1", "--userfaultfd-ops", "2000", "--verify"];
    const args = [cli, "record", "--via", "preload", "--json", "-o", "stress.faultscope", "--", ...stress];
    const ran = spawnSync(process.execPath, args, { encoding: "utf8", cwd: folder });
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stderr).toContain("successful run completed");
    const { lost, messages, faults, ioctls, processes } = JSON.parse(ran.stdout) as Report;
    expect({ lost, messages, faults: faults.total }).toEqual({ lost: 0, messages: { PAGEFAULT: 2000 }, faults: 2000 });
    const calls = (op: string) => ioctls.find((ioctl) => ioctl.op === op)?.calls ?? 0;
    expect([calls("WAKE"), calls("COPY") + calls("ZEROPAGE")]).toEqual([2000, 2000]);
    // Itself, its worker, what the worker forks, and the handler that lives in that one's memory.
    expect(processes).toHaveLength(4);
  });

  it("keeps the remedy where only the probe will do", () => {
    const sleeper = spawn("sleep", ["60"]);
    const attach = asNobody("record", "-o", "pid.faultscope", "--pid", `${sleeper.pid}`);
    sleeper.kill();
    expect(attach.status).toBe(1);
    expect(attach.stderr).toContain("setcap");
    const probe = asNobody("record", "-o", "probe.faultscope", "--via", "probe", "--", compactor);
    expect(probe.status).toBe(1);
    expect(probe.stderr).toContain("setcap");
    expect(asNobody("record", "--via", "preload", "--pid", "1").status).toBe(2);
  });

  it("lets the program run on when the recorder is killed", async () => {
    const args = ["record", "-o", "killed.faultscope", "--", compactor, "--rounds", "40", "--json", "killed.json"];
    const recorder = spawn("setpriv", [...NOBODY, process.execPath, cli, ...args], { cwd: folder, stdio: "ignore" });
    const file = join(folder, "killed.faultscope");
    const begun = (): boolean =>
      existsSync(file) && (JSON.parse(asNobody("report", "--json", file).stdout) as Report).ioctls.length > 0;
    for (let tries = 0; tries < 100 && !begun(); tries++) await new Promise((later) => setTimeout(later, 20));
    recorder.kill("SIGKILL");
    const own = join(folder, "killed.json");
    for (let tries = 0; tries < 600 && !existsSync(own); tries++) await new Promise((later) => setTimeout(later, 50));
    await new Promise((later) => setTimeout(later, 100));
    const truth = JSON.parse(readFileSync(own, "utf8")) as { readonly verified: { readonly wrong: number } };
    expect(truth.verified.wrong).toBe(0);
  });
});
