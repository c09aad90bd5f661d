// The product on this kernel. `facts` is what the judge found: the product must say the same.
import { readdirSync, readFileSync } from "node:fs";
import { attachCompactor, expectTruth, faultscope, recordCompactor } from "./compactor.mjs";
import { run } from "./processes.mjs";
import { expect, expectEqual, Skip, test } from "./report.mjs";

/** Name of a process; empty when it has just ended. */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return "";
  }
}

/** What a tracer could leave behind: BPF programs, mounts, processes. */
async function leftovers() {
  const { programs } = JSON.parse((await run("/programs/facts", [])).stdout);
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const probes = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandOf(pid) === "probe");
  return { programs, mounts, probes };
}

/** The kernel frees programs some time after the probe has gone, after a grace period of RCU. */
async function nothingLeft(before) {
  const limitMs = performance.now() + 20_000;
  let now = await leftovers();
  while (JSON.stringify(now) !== JSON.stringify(before) && performance.now() < limitMs) now = await leftovers();
  expectEqual(now, before, "BPF programs, mounts and probes");
  return `${before.programs} BPF programs before and after`;
}

async function doctorTest(facts) {
  const { stdout } = await faultscope(["doctor", "--json"]);
  const { canTrace, checks } = JSON.parse(stdout);
  const status = Object.fromEntries(checks.map((check) => [check.name, check.status]));
  const said = (name) => checks.find((check) => check.name === name)?.detail ?? "nothing";
  expectEqual(canTrace, true, "canTrace");
  expect(said("kernel").includes(facts.release), `it says of the kernel: ${said("kernel")}`);
  expectEqual(status.BTF, facts.btf === 0 ? "ok" : "missing", "BTF");
  expectEqual(status.UFFDIO_MOVE, facts.move === 0 ? "ok" : "limited", "UFFDIO_MOVE");
  return said("UFFDIO_MOVE");
}

/** Options of the compactor, by what they show. The first word says whether the kernel must have UFFDIO_MOVE. */
const modes = [
  { name: "copy", options: ["--mode", "copy"], ops: { COPY: [] } },
  { name: "copy, 16 pages a call", options: ["--mode", "copy", "--batch", "16"], ops: { COPY: [] } },
  {
    name: "copy, each fault resolved twice",
    options: ["--mode", "copy", "--double-resolve", "--pause-us", "20"],
    ops: { COPY: ["EEXIST"], WAKE: [] },
  },
  { name: "mremap", options: ["--mode", "mremap"], ops: { WAKE: [] } },
  { name: "move", move: true, options: [], ops: { MOVE: [] } },
  { name: "move, 16 pages a call", move: true, options: ["--batch", "16"], ops: { MOVE: [] } },
  { name: "move after a fork", move: true, options: ["--fork-at", "2"], ops: { MOVE: ["EBUSY"], COPY: [] } },
];

/** The run must have provoked what it is for, else equal counts say nothing. */
function expectOps(own, ops) {
  for (const [op, errnos] of Object.entries(ops)) {
    const call = own.ioctls.find((candidate) => candidate.op === op);
    expect(call !== undefined, `the program made no ${op}`);
    for (const errno of errnos) expect(call.errors[errno] > 0, `the program met no ${errno} at ${op}`);
  }
}

async function withoutMove() {
  const { report, stderr } = await recordCompactor([], { accept: "no truth" });
  expectEqual(
    report.ioctls.map(({ op }) => op),
    ["API"],
    "ioctls",
  );
  expect(/UFFDIO_MOVE/.test(stderr), `the program's own words did not come through: ${stderr}`);
}

export async function productTests(facts) {
  const before = await leftovers();
  await test("doctor says what the kernel has", () => doctorTest(facts));
  for (const { name, move = false, options, ops } of modes) {
    await test(`record agrees with the compactor: ${name}`, async () => {
      if (move && facts.move !== 0) throw new Skip("this kernel has no UFFDIO_MOVE (Linux 6.8)");
      const { report, own } = await recordCompactor(options);
      expectOps(own, ops);
      return expectTruth(report, own);
    });
  }
  if (facts.move !== 0) await test("record of a program that needs UFFDIO_MOVE is not empty", withoutMove);
  await test("attach agrees with the compactor from there on", async () => {
    const { listed, report, own } = await attachCompactor(["--mode", "copy", "--pause-us", "5000"]);
    const later = ({ op }) => op !== "API";
    const since = { ...own, ioctls: own.ioctls.filter(later), sites: own.sites.filter(later) };
    return `${listed.fds.length} descriptor listed; ${expectTruth(report, since, { unresolved: false })}`;
  });
  await test("nothing is left behind", () => nothingLeft(before));
}
