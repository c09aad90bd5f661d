import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordParams, Via } from "../record/handle";
import { preloadLibrary } from "../record/preload";
import { chooseWay } from "./chooseWay";
import { FakeProbe, fakeAddon } from "./testing/fakeAddon";

const DENIED = { code: "no-privilege", message: "The probe lacks both.", remedy: "Grant them with setcap." };

describe("the way a recording is made", () => {
  let native: string;
  beforeAll(() => {
    native = mkdtempSync(join(tmpdir(), "faultscope-way-"));
    writeFileSync(preloadLibrary(native), "");
  });
  afterAll(() => rmSync(native, { recursive: true }));

  const launch = (via?: Via): RecordParams => ({
    kind: "launch",
    command: "sh",
    args: [],
    cwd: native,
    stdin: "ignore",
    file: "f",
    ...(via === undefined ? {} : { via }),
  });
  const choose = (addon: ReturnType<typeof fakeAddon>, params: RecordParams, probe?: readonly string[]) =>
    chooseWay(addon, { worker: "", native, ...(probe ? { probe } : {}) }, params, [42]);

  it("is the probe where it may", () => {
    const addon = fakeAddon(new FakeProbe());
    expect(choose(addon, launch())).not.toHaveProperty("preload");
    expect(addon.preloaded).toEqual([]);
  });

  it("is the preload library where the probe may not, and says why", () => {
    const addon = fakeAddon(new FakeProbe(), DENIED);
    expect(choose(addon, launch())).toMatchObject({
      preload: {
        library: preloadLibrary(native),
        limits: [expect.stringContaining("The probe lacks both"), expect.any(String), expect.any(String)],
      },
    });
    expect(addon.preloaded).toMatchObject([{ pid: 42, library: preloadLibrary(native) }]);
  });

  it("is what the user chose", () => {
    const able = fakeAddon(new FakeProbe());
    choose(able, launch("preload"));
    expect([able.attached.length, able.preloaded.length]).toEqual([0, 1]);
    const denied = fakeAddon(new FakeProbe(), DENIED);
    expect(choose(denied, launch("probe"))).toMatchObject({ code: "no-privilege" });
    expect(choose(denied, launch(), ["sudo", "-n", "probe"])).toMatchObject({ code: "no-privilege" });
    expect(denied.preloaded).toEqual([]);
  });

  it("is the probe alone for a process that runs, and where something else is wrong", () => {
    const denied = fakeAddon(new FakeProbe(), DENIED);
    expect(choose(denied, { kind: "attach", pids: [1], file: "f" })).toMatchObject({ code: "no-privilege" });
    const broken = fakeAddon(new FakeProbe(), { ...DENIED, code: "already-traced" });
    expect(choose(broken, launch())).toMatchObject({ code: "already-traced" });
    expect([...denied.preloaded, ...broken.preloaded]).toEqual([]);
  });
});
