// The compactor under the recorder, and its own figures against the recording's.
import { readFileSync } from "node:fs";
import { run, start } from "./processes.mjs";
import { expect, expectEqual } from "./report.mjs";

const cli = "/faultscope/dist/cli.cjs";
const program = "/faultscope/examples/compactor/build/compactor";
const size = ["--pages", "256", "--rounds", "3"];
const truthFile = "/tmp/truth.json";
const recording = "/tmp/run.faultscope";

/** Runs `faultscope` with arguments; resolves to { code, stdout, stderr }. */
export const faultscope = (args, options) => run("node", [cli, ...args], options);

/** What the program measured of itself in its last run. */
const truth = () => JSON.parse(readFileSync(truthFile, "utf8"));

const byOp = (calls) =>
  calls
    .map(({ op, calls, ok, partial, errors, bytes }) => ({ op, calls, ok, partial, errors: sorted(errors), bytes }))
    .sort((a, b) => (a.op < b.op ? -1 : 1));

const sorted = (record) => Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const name = ({ file, line, op }) => `${file?.split("/").pop()}:${line} ${op}`;

/**
 * Each call site has as many calls as the program counted there. A program that ends before its mappings were read
 * leaves sites without a source line, which is said and not guessed: `unresolved` allows those.
 */
function expectSites(report, own, unresolved) {
  const ioctls = own.ioctls.map(({ op }) => op);
  const expected = own.sites.filter(({ op }) => ioctls.includes(op));
  const left = new Map(expected.map((site) => [name(site), site.calls]));
  const open = report.sites.filter(({ line }) => line === null);
  for (const site of report.sites.filter(({ line }) => line !== null)) {
    const calls = left.get(name(site)) ?? 0;
    expect(site.calls <= calls, `${site.calls} calls at ${name(site)}, where the program made ${calls}`);
    left.set(name(site), calls - site.calls);
  }
  if (open.length > 0) {
    const which = JSON.stringify(open.map(({ op, calls }) => [op, calls]));
    expect(unresolved, `call sites without a line: ${which}`);
    const said = report.notes.some((note) => note.includes("ended before its call sites could be read"));
    expect(said, `call sites without a line and without a word: ${which}`);
  }
  for (const op of ioctls) {
    const missing = expected.filter((site) => site.op === op).reduce((sum, site) => sum + left.get(name(site)), 0);
    const without = open.filter((site) => site.op === op).reduce((sum, site) => sum + site.calls, 0);
    expectEqual(without, missing, `${op} calls without a line`);
  }
}

/** The recording has each call, by result and by call site, each message and each fault; returns the figures. */
export function expectTruth(report, own, { unresolved = true } = {}) {
  expectEqual(report.lost, 0, "lost events");
  expectEqual(byOp(report.ioctls), byOp(own.ioctls), "ioctls");
  expectSites(report, own, unresolved);
  expectEqual(report.messages, own.messages.PAGEFAULT > 0 ? own.messages : {}, "messages");
  // A fault that was resolved before its thread slept needs no message, so there may be more faults than messages.
  expect(report.faults.total >= own.messages.PAGEFAULT, `${report.faults.total} faults, fewer than messages`);
  expectEqual([report.faults.outstanding, report.faults.unlinked], [0, 0], "outstanding and unlinked faults");
  expectEqual(own.verified.wrong + own.verified.corruptReads, 0, "objects harmed");
  return figures(report);
}

function figures(report) {
  const calls = report.ioctls.map(({ op, calls, errors }) =>
    [op, calls, ...Object.entries(errors).map(([name, count]) => `(${name} ${count})`)].join(" "),
  );
  const lines = report.sites.filter(({ line }) => line !== null).length;
  return `${calls.join(", ")}; ${lines} of ${report.sites.length} call sites; ${report.messages.PAGEFAULT ?? 0} messages, ${report.faults.total} faults, lost ${report.lost}`;
}

/** Records the compactor from its start; what the file says must be what the recorder said. */
export async function recordCompactor(options, { accept } = {}) {
  const args = ["record", "--json", "-o", recording, "--", program, ...size, "--json", truthFile, ...options];
  const { stdout, stderr } = await faultscope(args);
  const report = JSON.parse(stdout);
  const reread = JSON.parse((await faultscope(["report", "--json", recording])).stdout);
  expectEqual(byOp(reread.ioctls), byOp(report.ioctls), "report of the file against that of the recorder");
  expectEqual([reread.events, reread.lost], [report.events, report.lost], "events of the file");
  return { report, stderr, own: accept === undefined ? truth() : undefined };
}

/** Attaches to a compactor that waits before its first round, lets it go, and returns both sides' figures. */
export async function attachCompactor(options) {
  const held = start(program, [...size, "--hold", "--json", truthFile, ...options]);
  const pid = held.pid;
  const listed = await untilTarget(pid);
  const recorder = start("node", [cli, "record", "--json", "-o", recording, "--pid", `${pid}`]);
  await recorder.says(/Recording/);
  held.kill("SIGUSR1");
  const [target, { stdout, stderr, code }] = await Promise.all([held.done, recorder.done]);
  expectEqual([target.code, code], [0, 0], `exit codes of program and recorder (${stderr.slice(-500)})`);
  return { listed, report: JSON.parse(stdout), own: truth() };
}

/** Waits until `targets` lists the process, as a user would who looks for it. */
async function untilTarget(pid) {
  for (let tries = 0; tries < 20; tries++) {
    const { targets } = JSON.parse((await faultscope(["targets", "--json"])).stdout);
    const found = targets.find((target) => target.pid === pid);
    if (found !== undefined) return found;
  }
  throw new Error(`targets never listed process ${pid}`);
}
