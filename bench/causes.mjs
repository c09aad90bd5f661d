#!/usr/bin/env node
// What naming root causes costs: a recording of the compactor is taken in twice in turns, with and without attribution.
// Prints nanoseconds an event. `--runs N` turns (7), `--rounds N` of the compactor (60), `--arguments="--fork-every 5"` more of its
// arguments, so that calls fail.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "7" },
    rounds: { type: "string", default: "60" },
    arguments: { type: "string", default: "" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "faultscope-bench-"));

/** The trace as the product has it, bundled from its sources. */
async function load() {
  const entry = join(folder, "entry.ts");
  const parts = { Trace: "trace/trace", ArrowReader: "recording/arrowReader", FileSource: "record/recordingFile" };
  const lines = Object.entries(parts).map(
    ([name, path]) => `export { ${name} } from ${JSON.stringify(join(root, "server/src", path))};`,
  );
  writeFileSync(entry, lines.join("\n"));
  const outfile = join(folder, "trace.mjs");
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    logLevel: "error",
    alias: { "#protocol": join(root, "protocol") },
    nodePaths: [join(root, "node_modules")],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return import(pathToFileURL(outfile));
}

/** All rows of a recording, detached from the reader's buffers. */
function rowsOf({ ArrowReader, FileSource }, file) {
  const source = new FileSource(file);
  const reader = new ArrowReader(source);
  const batches = [];
  for (let batch = reader.next(); batch; batch = reader.next()) {
    const columns = Object.fromEntries(Object.entries(batch.columns).map(([name, column]) => [name, column.slice()]));
    batches.push({ ...batch, columns, texts: new Map(batch.texts) });
  }
  source.close();
  return batches;
}

function takeIn({ Trace }, batches, attributing) {
  const trace = new Trace();
  if (!attributing) trace.causes.addRow = () => undefined;
  // Time of the processor, not of the clock: what else the machine does must not count.
  const start = process.cpuUsage();
  for (const batch of batches) trace.add(batch);
  trace.finish();
  const { user, system } = process.cpuUsage(start);
  return { ns: ((user + system) * 1000) / trace.events, events: trace.events, trace };
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

try {
  const recording = join(folder, "bench.faultscope");
  const compactor = join(root, "examples/compactor/build/compactor");
  const more = values.arguments === "" ? [] : values.arguments.split(" ");
  const command = [join(root, "dist/cli.cjs"), "record", "-o", recording, "--", compactor, "--rounds", values.rounds];
  const ran = spawnSync(process.execPath, [...command, ...more], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`The compactor could not be recorded:\n${ran.stderr}`);
  const product = await load();
  const batches = rowsOf(product, recording);
  const [on, off] = [[], []];
  let last;
  for (let run = 0; run < Number(values.runs); run++) {
    off.push(takeIn(product, batches, false).ns);
    last = takeIn(product, batches, true);
    on.push(last.ns);
  }
  const start = process.hrtime.bigint();
  const { findings } = last.trace.report();
  const reportMs = Number(process.hrtime.bigint() - start) / 1e6;
  console.log(`${last.events} events, ${findings.length} findings`);
  console.log(`without attribution ${median(off).toFixed(0)} ns an event`);
  console.log(`with attribution    ${median(on).toFixed(0)} ns an event`);
  console.log(
    `attribution         ${(median(on) - median(off)).toFixed(0)} ns an event; a report ${reportMs.toFixed(1)} ms`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
