#!/usr/bin/env node
// What tracing costs the traced program, side by side: the compactor alone, recorded by Faultscope, and under strace, in
// turns. Prints medians of wall time and the ratio of the costs. Other load on the machine drowns the costs: run it with
// `nice -n -10` or alone. `--runs N` rounds (5), `--rounds N` of the compactor (40).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    rounds: { type: "string", default: "40" },
    json: { type: "boolean" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "faultscope-bench-"));
const truth = join(folder, "truth.json");
const program = [join(root, "examples/compactor/build/compactor"), "--rounds", values.rounds, "--json", truth];

const ways = {
  alone: (command) => command,
  faultscope: (command) => [
    process.execPath,
    join(root, "dist/cli.cjs"),
    "record",
    "--json",
    "-o",
    join(folder, "bench.faultscope"),
    "--",
    ...command,
  ],
  strace: (command) => ["strace", "-f", "-qq", "-o", join(folder, "strace.txt"), "-e", "trace=ioctl", ...command],
};

/** Runs one way; how long the program itself took by its own clock, ns, so that starting and stopping the tracer does not count. */
function run(way) {
  const [file, ...args] = ways[way](program);
  const ran = spawnSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 });
  if (ran.error) throw new Error(`${way} could not be run: ${ran.error.message}`);
  if (ran.status !== 0) throw new Error(`${way} ended with ${ran.status ?? ran.signal}:\n${ran.stderr}`);
  const { durationNs, ioctls } = JSON.parse(readFileSync(truth, "utf8"));
  const calls = ioctls.reduce((sum, op) => sum + op.calls, 0);
  if (way === "faultscope") {
    const report = JSON.parse(ran.stdout);
    const recorded = report.ioctls.reduce((sum, op) => sum + op.calls, 0);
    if (report.lost !== 0 || recorded !== calls) {
      throw new Error(`Recorded ${recorded} of ${calls} ioctls, ${report.lost} events lost: no fair comparison.`);
    }
  }
  return durationNs;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  const rounds = [];
  for (let n = 0; n < Number(values.runs); n++) {
    rounds.push(Object.fromEntries(Object.keys(ways).map((way) => [way, run(way)])));
  }
  // Costs are differences of the fastest runs: whatever else the machine does can only make a run slower.
  const at = Object.fromEntries(Object.keys(ways).map((way) => [way, median(rounds.map((round) => round[way]))]));
  const fastest = (way) => Math.min(...rounds.map((round) => round[way]));
  const cost = (way) => fastest(way) - fastest("alone");
  const summary = {
    runs: rounds.length,
    medianNs: at,
    costNs: { faultscope: cost("faultscope"), strace: cost("strace") },
    // Null when this machine's noise is larger than what Faultscope costs.
    straceOverFaultscope: cost("faultscope") > 0 ? cost("strace") / cost("faultscope") : null,
  };
  if (values.json) console.log(JSON.stringify(summary));
  else {
    for (const way of Object.keys(ways)) {
      console.log(
        `${way.padEnd(11)} ${(at[way] / 1e6).toFixed(0).padStart(7)} ms  ×${(at[way] / at.alone).toFixed(2)}`,
      );
    }
    const ratio = summary.straceOverFaultscope;
    console.log(
      ratio === null
        ? "What Faultscope costs is less than the noise of this machine."
        : `strace costs ${ratio.toFixed(1)} times what Faultscope costs.`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
