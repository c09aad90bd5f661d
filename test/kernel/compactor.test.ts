/** The compactor in each mode on the running kernel: its own figures add up and no object is harmed. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

interface Call {
  readonly op: string;
  readonly calls: number;
  readonly ok: number;
  readonly partial: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly bytes: number;
  readonly latencyNs: { readonly min: number; readonly p50: number; readonly p99: number; readonly max: number };
  readonly histogram: readonly (readonly [number, number])[];
}
interface Site extends Omit<Call, "latencyNs" | "histogram"> {
  readonly file: string;
  readonly line: number;
  readonly function: string;
}
interface Truth {
  readonly pageSize: number;
  readonly ioctls: readonly Call[];
  readonly calls: readonly Call[];
  readonly sites: readonly Site[];
  readonly messages: { readonly PAGEFAULT: number };
  readonly delivered: { readonly read: number; readonly write: number };
  readonly faults: { readonly [name in "total" | "read" | "write" | "ambiguous"]: number };
  readonly compaction: {
    readonly rounds: number;
    readonly pages: number;
    readonly forks: number;
    readonly alreadyThere: number;
  };
  readonly ksm?: { readonly note: string };
  readonly verified: { readonly objects: number; readonly wrong: number; readonly corruptReads: number };
}

const folder = join(__dirname, "../../examples/compactor");
const program = join(folder, "build/compactor");
const PAGES = 512;
const ROUNDS = 6;
const NO_MOVE = "this kernel has no UFFDIO_MOVE (Linux 6.8)";

function run(...options: readonly string[]): Truth {
  const result = spawnSync(program, ["--pages", `${PAGES}`, "--rounds", `${ROUNDS}`, "--json", "-", ...options], {
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(result.status, result.stderr).toBe(0);
  return JSON.parse(result.stdout) as Truth;
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, n) => total + n, 0);
const find = (truth: Truth, op: string) => [...truth.ioctls, ...truth.calls].find((call) => call.op === op);
const errors = (truth: Truth, op: string) => find(truth, op)?.errors ?? {};

/** What holds whatever the mode: the parts add up to the whole. */
function expectConsistent(truth: Truth): void {
  expect(truth.verified).toEqual({ objects: PAGES * 4, wrong: 0, corruptReads: 0 });
  expect(truth.compaction.pages).toBe(PAGES * truth.compaction.rounds);
  expect(truth.delivered.read + truth.delivered.write).toBe(truth.messages.PAGEFAULT);
  expect(truth.faults.read + truth.faults.write).toBe(truth.faults.total);
  expect(truth.faults.ambiguous).toBe(0);
  expect(find(truth, "REGISTER")?.calls).toBe(truth.compaction.rounds);
  expect(find(truth, "UNREGISTER")?.calls).toBe(truth.compaction.rounds);
  for (const call of [...truth.ioctls, ...truth.calls]) {
    expect(call.ok + sum(Object.values(call.errors))).toBe(call.calls);
    expect(sum(call.histogram.map(([, count]) => count))).toBe(call.calls);
    expect(call.latencyNs.min).toBeLessThanOrEqual(call.latencyNs.p50);
    expect(call.latencyNs.p99).toBeLessThanOrEqual(call.latencyNs.max);
    const sites = truth.sites.filter((site) => site.op === call.op);
    expect(sum(sites.map((site) => site.calls))).toBe(call.calls);
    expect(sum(sites.map((site) => site.bytes))).toBe(call.bytes);
  }
}

/** Each site names a line of the source that makes such a call, in the function that it says. */
function expectSitesInSource(truth: Truth): void {
  for (const site of truth.sites) {
    const lines = readFileSync(join(folder, site.file), "utf8").split("\n");
    expect(lines[site.line - 1]).toMatch(/TIMED_(IOCTL|CALL)\(OP_/);
    expect(lines[site.line - 1]).toContain(`OP_${site.op.toUpperCase()}`);
    expect(lines.slice(0, site.line).join("\n")).toContain(`${site.function}(`);
  }
}

describe("compactor", () => {
  let hasMove = false;
  beforeAll(() => {
    execFileSync("make", ["-s", "-C", folder], { stdio: "inherit" });
    const tried = spawnSync(program, ["--rounds", "1", "--pages", "16"], { encoding: "utf8" });
    hasMove = !tried.stderr.includes("no UFFDIO_MOVE");
  });

  it.for([1, 32])("moves every page once, %i in a call", (batch, { skip }) => {
    skip(!hasMove, NO_MOVE);
    const truth = run("--batch", `${batch}`);
    expectConsistent(truth);
    expectSitesInSource(truth);
    // Linux 6.18 may say EEXIST of a page that it has moved; those pages are missing in the bytes.
    const move = find(truth, "MOVE");
    expect((move?.bytes ?? 0) / truth.pageSize + truth.compaction.alreadyThere).toBe(truth.compaction.pages);
    if (batch === 1) expect(move?.calls).toBe(truth.compaction.pages);
    else expect(move?.calls).toBeLessThan(truth.compaction.pages);
  });

  it.each([1, 32])("copies every page once, %i in a call", (batch) => {
    const truth = run("--mode", "copy", "--batch", `${batch}`);
    expectConsistent(truth);
    expectSitesInSource(truth);
    expect(find(truth, "COPY")?.bytes).toBe(truth.compaction.pages * truth.pageSize);
    expect(find(truth, "MOVE")).toBeUndefined();
    expect(errors(truth, "COPY")).toEqual({});
  });

  it.each([1, 32])("remaps every page once, %i in a call", (batch) => {
    const truth = run("--mode", "mremap", "--batch", `${batch}`);
    expectConsistent(truth);
    expect(find(truth, "mremap")?.bytes).toBe(truth.compaction.pages * truth.pageSize);
    expect(find(truth, "WAKE")?.calls).toBe(find(truth, "mremap")?.calls);
  });

  it("falls back to COPY on EBUSY after a fork, in that round only", ({ skip }) => {
    skip(!hasMove, NO_MOVE);
    const truth = run("--fork-at", "3");
    expectConsistent(truth);
    expect(truth.compaction.forks).toBe(1);
    expect(errors(truth, "MOVE")).toEqual({ EBUSY: PAGES });
    expect(find(truth, "COPY")?.bytes).toBe(PAGES * truth.pageSize);
  });

  it("copes with a fork before every other round", ({ skip }) => {
    skip(!hasMove, NO_MOVE);
    const truth = run("--fork-every", "2", "--batch", "8");
    expectConsistent(truth);
    expect(truth.compaction.forks).toBe(ROUNDS / 2);
    expect(find(truth, "COPY")?.bytes).toBe((ROUNDS / 2) * PAGES * truth.pageSize);
  });

  it.for(["move", "copy"])("wakes on EEXIST when two resolvers race (%s)", (mode, { skip }) => {
    skip(mode === "move" && !hasMove, NO_MOVE);
    const truth = run("--mode", mode, "--double-resolve", "--pause-us", "20"); // a rest, so that mutators get ahead
    expectConsistent(truth);
    const refused = errors(truth, mode.toUpperCase());
    expect(refused.EEXIST).toBeGreaterThan(0);
    expect(find(truth, "WAKE")?.calls).toBe(truth.compaction.alreadyThere);
  });

  it("says whether KSM runs", () => {
    const truth = run("--mode", "copy", "--ksm");
    expectConsistent(truth);
    expect(truth.ksm?.note).toMatch(/KSM (is|is not) running|no KSM/);
  });

  it("ends cleanly on SIGTERM, with its figures", async () => {
    const options = ["--mode", "copy", "--rounds", "0", "--pages", `${PAGES}`, "--pause-us", "1000", "--json", "-"];
    const child = spawn(program, options);
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    setTimeout(() => child.kill("SIGTERM"), 300);
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(0);
    const truth = JSON.parse(output) as Truth;
    expect(truth.compaction.rounds).toBeGreaterThan(0);
    expectConsistent(truth);
  });

  it.each([
    [["--batch", "0"], 2, "--batch must be a number"],
    [["--mode", "teleport"], 2, "--mode must be move, copy or mremap"],
    [["--mode", "mremap", "--double-resolve"], 2, "--double-resolve needs"],
    [["--json", "/nonexistent/file", "--rounds", "1", "--mode", "copy"], 3, "cannot write /nonexistent/file"],
  ])("refuses %j with one clear line", (options, status, message) => {
    const result = spawnSync(program, options as string[], { encoding: "utf8", timeout: 10_000 });
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(message);
  });
});

describe("hazards", () => {
  const hazards = join(__dirname, "../../examples/hazards");
  beforeAll(() => {
    execFileSync("make", ["-s", "-C", hazards], { stdio: "inherit" });
  });

  it.for([
    ["fork_after_write", "Device or resource busy"],
    ["copy_then_move", "File exists"],
    ["retry_whole_range", "File exists"],
  ] as const)("%s is refused and its twin is not", ([name, reason], { skip }) => {
    const refused = spawnSync(join(hazards, "build", name), { encoding: "utf8", timeout: 10_000 });
    skip(refused.status === 3, refused.stderr.trim());
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(reason);
    const fixed = spawnSync(join(hazards, "build", `${name}_fixed`), { encoding: "utf8", timeout: 10_000 });
    expect(fixed.status, fixed.stderr).toBe(0);
  });
});
