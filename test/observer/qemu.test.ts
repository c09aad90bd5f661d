/** Postcopy migration between two QEMU processes: the tree of both is recorded, and holds what bpftrace counted. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildGuest, buildSmallPrograms, migration, program } from "./harness/build";
import { reported } from "./harness/counts";
import { titled, whyNot } from "./harness/machine";
import { Observer } from "./harness/observer";
import { record } from "./harness/record";

const reason = whyNot("bpftrace", "unshare", "cc", "qemu-system-x86_64");

describe.skipIf(reason !== undefined)(titled("a migration of a virtual machine, recorded and observed", reason), () => {
  let folder: string;
  let observer: Observer;
  beforeAll(async () => {
    buildSmallPrograms(["copy"]);
    folder = mkdtempSync(join(tmpdir(), "faultscope-qemu-"));
    observer = await Observer.start(program("copy"), 12);
  });
  afterAll(async () => {
    await observer?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("holds the observer's counts, nothing lost, and the guest runs on at its destination", async () => {
    const recorded = await record([process.execPath, migration, folder, buildGuest()], folder);
    const seen = await observer.counts(recorded.pid);
    console.log(`      ${recorded.stdout.trim()} ${JSON.stringify(seen)}`);
    expect(JSON.parse(recorded.stdout)).toMatchObject({ running: true });
    expect(recorded.report.lost, recorded.report.notes.join(" ")).toBe(0);
    expect(reported(recorded.report)).toEqual(seen);
    expect(seen.messages.PAGEFAULT).toBeGreaterThan(20);
    expect(seen.calls["COPY ok"]).toBeGreaterThan(20);
    expect(recorded.report.processes.filter(({ command }) => command.startsWith("qemu"))).toHaveLength(2);
  });
});
