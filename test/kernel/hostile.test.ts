/** The addon before a probe that lies and a ring full of nonsense: it refuses or counts, and never crashes. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProbeSession } from "../../server/src/record/addon";
import { allocateColumns } from "../../server/src/recording/schema";
import { buildAlone, buildLiar } from "./harness/build";
import { addon, addonPath, preloadPath } from "./harness/machine";

const reason = existsSync(addonPath) ? undefined : "the native parts are not built (npm run build)";
const RING = 1 << 16;

describe.skipIf(reason)(`hostile input${reason ? ` (skipped: ${reason})` : ""}`, () => {
  let liar = "";
  beforeAll(() => {
    liar = buildLiar();
  });

  function attach(...words: readonly string[]): ProbeSession {
    return addon().attach({ probe: [liar, ...words], pids: [process.pid], ringBytes: RING, hooks: "auto" });
  }

  it.each(["short", "version", "size", "bare"])("refuses an answer that is %s", (what) => {
    expect(() => attach(what)).toThrow(expect.objectContaining({ code: "probe-failed" }));
  });

  it("decodes or counts whatever is in the ring, and stops where it is damaged", () => {
    let undecoded = 0;
    let damaged = 0;
    for (let seed = 0; seed < 60; seed++) {
      const session = attach("ring", `${seed}`);
      const columns = allocateColumns(64);
      for (let batch = 0; batch < 200; batch++) {
        const texts = new Map<number, string>();
        const rows = session.drain(columns, 0, texts);
        expect(rows).toBeLessThanOrEqual(64);
        for (const row of texts.keys()) expect(row).toBeLessThan(rows);
        for (const site of session.takeSites()) expect(site.stack.length).toBeLessThanOrEqual(512);
        if (rows < 64) break;
      }
      undecoded += session.losses().decode;
      if (/damaged/.test(session.ended ?? "")) damaged++;
      session.close();
    }
    expect(undecoded).toBeGreaterThan(0);
    expect(damaged).toBeGreaterThan(0);
  });

  it("survives a traced program that writes nonsense into the ring it shares", async () => {
    const program = buildAlone("hostile");
    let undecoded = 0;
    let damaged = 0;
    for (let seed = 0; seed < 30; seed++) {
      const child = spawn("/bin/sh", [
        "-c",
        'read -r FAULTSCOPE_RING && export FAULTSCOPE_RING && exec "$@"',
        "sh",
        program,
        `${seed}`,
      ]);
      const session = addon().preload({ pid: child.pid ?? -1, library: preloadPath, ringBytes: 1 << 20 });
      child.stdin.end(`${session.ringName}\n`);
      expect(await new Promise((ended) => child.once("exit", ended))).toBe(0);
      const columns = allocateColumns(64);
      for (let batch = 0; batch < 200; batch++) {
        const rows = session.drain(columns, 0, new Map());
        for (const site of session.takeSites()) expect(site.stack.length).toBeLessThanOrEqual(512);
        if (rows < 64) break;
      }
      undecoded += session.losses().decode;
      if (/damaged/.test(session.ended ?? "")) damaged++;
      session.close();
    }
    expect(undecoded).toBeGreaterThan(0);
    expect(damaged).toBeGreaterThan(0);
  });

  it("refuses columns of another shape", () => {
    const session = attach("ring", "1");
    const columns = allocateColumns(8);
    const texts = new Map<number, string>();
    expect(() => session.drain({ ...columns, kind: new Uint32Array(8) } as never, 0, texts)).toThrow("column kind");
    expect(() => session.drain(columns, 9, texts)).toThrow("beyond");
    expect(() => session.drain(columns, Number.NaN, texts)).toThrow("negative");
    expect(session.drain(columns, 8, texts)).toBe(8);
    structuredClone(columns.pid, { transfer: [columns.pid.buffer as ArrayBuffer] });
    expect(() => session.drain(columns, 1, texts)).toThrow();
    expect(session.drain(columns, 0, texts)).toBe(0);
    session.close();
  });

  it.each([
    [{}, "probe must be a command"],
    [{ probe: ["x"] }, "pids and ringBytes are required"],
    [{ probe: ["x"], pids: [1], ringBytes: RING, hooks: "no" }, "hooks must be"],
  ])("refuses the options %j", (options, message) => {
    expect(() => addon().attach(options as never)).toThrow(message);
  });
});
