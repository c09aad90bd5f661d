import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cannotPreload, isStatic, preloadLibrary, preloadLimits, whyEmpty } from "./preload";

/** An ELF header with one program header of `type`. */
function elf(type: number): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(type, 64);
  return bytes;
}

describe("what loads no library", () => {
  let native: string;
  beforeAll(() => {
    native = mkdtempSync(join(tmpdir(), "faultscope-preload-"));
    writeFileSync(preloadLibrary(native), "");
  });
  afterAll(() => rmSync(native, { recursive: true }));

  it("is a program without an interpreter; a script is none, nor is a damaged header", () => {
    expect(isStatic(elf(1))).toBe(true);
    expect(isStatic(elf(3))).toBe(false);
    expect(isStatic(Buffer.from("#!/bin/sh\n"))).toBe(false);
    const wild = elf(1);
    wild.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 32);
    expect(isStatic(wild)).toBe(false);
  });

  it("is named before it runs, with what cures it", () => {
    writeFileSync(join(native, "alone"), elf(1), { mode: 0o755 });
    copyFileSync("/bin/sh", join(native, "shell"));
    expect(cannotPreload(native, "./alone", native)).toMatchObject({
      code: "not-preloadable",
      message: expect.stringContaining("statically linked"),
      remedy: expect.stringContaining("setcap"),
    });
    expect(cannotPreload(native, "./shell", native)).toBeUndefined();
    expect(cannotPreload(native, "sh", native)).toBeUndefined();
    expect(cannotPreload("/nowhere", "sh", native)).toMatchObject({ code: "preload-missing" });
    const blank = join(native, "a blank");
    mkdirSync(blank);
    writeFileSync(preloadLibrary(blank), "");
    expect(cannotPreload(blank, "sh", native)).toMatchObject({ code: "preload-path" });
  });
});

describe("what a recording without privilege says", () => {
  it("gives the reason and the limits", () => {
    const [first, second, third] = preloadLimits("The probe lacks both.", undefined);
    expect(first).toMatch(/because the probe cannot be used: The probe lacks both\.$/);
    expect(second).toContain("does not see static");
    expect(third).toContain("wakes are not seen");
    expect(preloadLimits(undefined, "perf is forbidden")[2]).toMatch(/^Faults were not recorded: perf is forbidden\./);
  });

  it("is never empty without a reason that is known", () => {
    expect(whyEmpty("/n", { loaded: 1, calls: 5, holders: [7] })).toBeUndefined();
    expect(whyEmpty("/n", { loaded: 0, calls: 0, holders: [] })).toMatchObject({ code: "not-preloaded" });
    expect(whyEmpty("/n", { loaded: 1, calls: 0, holders: [7] })?.message).toContain("process 7 held a userfaultfd");
    expect(whyEmpty("/n", { loaded: 1, calls: 0, holders: [] })).toBeUndefined();
  });
});
