/**
 * Small programs that each provoke one thing: what Faultscope recorded equals what bpftrace counted in the same run, and
 * the program was told the same by the kernel as without a tracer.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSmallPrograms, program, smallPrograms } from "./harness/build";
import { type Counts, reported, sum } from "./harness/counts";
import { titled, whyNot } from "./harness/machine";
import { Observer } from "./harness/observer";
import { type Ran, record, run } from "./harness/record";

/** What a program is there for; the observer must have seen it, or the comparison says nothing about it. */
const PROVOKES: Readonly<Record<string, readonly string[]>> = {
  api: ["API EINVAL", "WAKE EINVAL", "WAKE ok"],
  busy: ["MOVE EBUSY", "MOVE EAGAIN", "REGISTER EBUSY", "UNREGISTER EINVAL"],
  copy: ["COPY EEXIST", "COPY EFAULT", "COPY ENOENT", "COPY EINVAL", "COPY EAGAIN", "ZEROPAGE ok", "ZEROPAGE EEXIST"],
  device: ["IOC_NEW ok", "IOC_NEW EINVAL", "PAGEFAULT"],
  foreign: ["MOVE EINVAL", "COPY ok"],
  fork: ["FORK", "PAGEFAULT", "COPY ESRCH"],
  minor: ["CONTINUE ok", "CONTINUE EEXIST", "CONTINUE EFAULT", "PAGEFAULT"],
  move: ["MOVE EEXIST", "MOVE ENOENT", "MOVE EINVAL", "MOVE EAGAIN", "MOVE EFAULT"],
  order: ["WAKE ok", "PAGEFAULT"],
  passed: ["COPY ok", "MOVE EINVAL", "PAGEFAULT"],
  poison: ["POISON ok", "POISON EEXIST"],
  protect: ["WRITEPROTECT ok", "WRITEPROTECT ENOENT", "WRITEPROTECT EINVAL", "PAGEFAULT"],
  readers: ["PAGEFAULT"],
  remap: ["REMAP", "COPY ENOENT"],
  remove: ["REMOVE", "COPY EAGAIN", "MOVE EAGAIN", "ZEROPAGE EAGAIN"],
  sigbus: ["COPY ok"],
  unknown: ["0x77 EINVAL", "0x55 EINVAL", "0x03 EINVAL", "WAKE ENOTTY", "WAKE EBADF"],
  unmap: ["UNMAP", "COPY ENOENT"],
};

const reason = whyNot("bpftrace", "unshare", "cc");
const bare = new Map<string, Ran>();
const totals = { calls: 0, messages: 0 };
let observer: Observer | undefined;
let folder: string;

function add({ calls, messages }: Counts): void {
  totals.calls += sum(calls);
  totals.messages += sum(messages);
}

describe.skipIf(reason !== undefined)(titled("a small program, recorded and observed", reason), () => {
  beforeAll(async () => {
    buildSmallPrograms();
    folder = mkdtempSync(join(tmpdir(), "faultscope-small-"));
    for (const name of smallPrograms) bare.set(name, await run([program(name)]));
    observer = await Observer.start(program("copy"), 12);
  });
  afterAll(async () => {
    await observer?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
    console.log(`      ${smallPrograms.length} programs: ${totals.calls} calls, ${totals.messages} messages`);
  });

  it("has a purpose", () => expect(Object.keys(PROVOKES).sort()).toEqual(smallPrograms));

  it.each(smallPrograms)("%s: the observer's counts, nothing lost, and the program noticed nothing", async (name) => {
    const recorded = await record([program(name)], folder);
    const seen = await (observer as Observer).counts(recorded.pid);
    expect(recorded.report.lost, recorded.report.notes.join(" ")).toBe(0);
    expect(reported(recorded.report)).toEqual(seen);
    expect(Object.keys({ ...seen.calls, ...seen.messages })).toEqual(
      expect.arrayContaining([...(PROVOKES[name] ?? [])]),
    );
    const alone = bare.get(name);
    expect(alone?.status).toBe(0);
    expect(recorded.stdout).toBe(alone?.stdout);
    add(seen);
  });
});
