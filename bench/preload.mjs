#!/usr/bin/env node
// What the preload library costs the traced program: a loop of UFFDIO_MOVE alone and recorded with --via preload, in
// turns. Prints medians of the ratios of neighbouring runs, by the clock and in processor time of the program's thread: on
// a busy machine the recorder takes turns with the program on its processor, which only the second does not count.
// `--runs N` rounds (15), `--calls N` of MOVE (200000).
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "15" },
    calls: { type: "string", default: "200000" },
    json: { type: "boolean" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "faultscope-bench-"));
const program = join(folder, "move");
execFileSync("cc", ["-O2", "-D_GNU_SOURCE", join(root, "bench/programs/move.c"), "-o", program], { stdio: "inherit" });
const cli = join(root, "dist/cli.cjs");
const recording = join(folder, "bench.faultscope");

function run(what, file, ...args) {
  const ran = spawnSync(file, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (ran.status !== 0) throw new Error(`${what} ended with ${ran.status ?? ran.signal}:\n${ran.stderr}`);
  return ran;
}

function alone(calls, pages) {
  return JSON.parse(run("move", program, calls, pages).stdout);
}

/** The program's own figure, once the recording is known to hold every call. */
function recorded(calls, pages) {
  const ran = run(
    "record",
    process.execPath,
    cli,
    "record",
    "--via",
    "preload",
    "-o",
    recording,
    "--",
    program,
    calls,
    pages,
  );
  const report = JSON.parse(run("report", process.execPath, cli, "report", "--json", recording).stdout);
  const moves = report.ioctls.find(({ op }) => op === "MOVE")?.calls ?? 0;
  if (report.lost !== 0 || moves !== Number(calls)) {
    throw new Error(`Recorded ${moves} of ${calls} calls, ${report.lost} events lost: no fair comparison.`);
  }
  return JSON.parse(ran.stdout);
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

try {
  const summary = {};
  for (const pages of ["1", "64"]) {
    const calls = String(Math.ceil(Number(values.calls) / (pages === "1" ? 1 : 10)));
    const rounds = [];
    for (let n = 0; n < Number(values.runs); n++) {
      rounds.push({ alone: alone(calls, pages), preload: recorded(calls, pages) });
    }
    const of = (at) => ({
      aloneNs: median(rounds.map(({ alone }) => alone[at])),
      preloadNs: median(rounds.map(({ preload }) => preload[at])),
      ratio: median(rounds.map(({ alone, preload }) => preload[at] / alone[at])),
    });
    summary[pages] = { wall: of(0), cpu: of(1) };
  }
  if (values.json) console.log(JSON.stringify(summary));
  else {
    for (const [pages, clocks] of Object.entries(summary)) {
      for (const [clock, { aloneNs, preloadNs, ratio }] of Object.entries(clocks)) {
        const cost = `${aloneNs.toFixed(0)} ns alone, ${preloadNs.toFixed(0)} ns recorded`;
        console.log(`MOVE of ${pages.padStart(2)} pages, ${clock.padEnd(4)}  ${cost}  ×${ratio.toFixed(3)}`);
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
