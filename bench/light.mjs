#!/usr/bin/env node
// How much tracers slow a program down, side by side in one run. Each takes its turn in each round: the same process is
// measured before and while it is traced, and the ratio of the two is what counts; medians over the rounds. "nothing" is
// the noise of the machine, "empty pair" the floor: two BPF programs at ioctl that do nothing. Run it as root and alone.
// `--rounds N` (7), `--ms N` a measurement (160), `--also DIST` another build of Faultscope, `--only NAME,…`, `--json`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BOUNDS, table, verdicts } from "./lib/lightTable.mjs";
import { tools } from "./lib/tools.mjs";
import { buildWorkload, Workload } from "./lib/workload.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    ms: { type: "string", default: "160" },
    also: { type: "string", multiple: true, default: [] },
    only: { type: "string" },
    json: { type: "boolean" },
  },
});
const TRACED = ["ioctl", "move", "move64", "served", "served-free"];
const ms = Number(values.ms);
const dist = resolve(dirname(fileURLToPath(import.meta.url)), "../dist");
const only = values.only?.split(",");
const all = tools(
  dist,
  values.also.map((path) => resolve(path)),
).filter(({ name }) => !only || only.includes(name));
const folder = mkdtempSync(join(tmpdir(), "faultscope-light-"));
const program = buildWorkload();

async function measure(traced, bystander) {
  const ns = {};
  for (const work of TRACED) ns[work] = await traced.run(work, ms);
  ns.getppid = await bystander.run("getppid", ms);
  return ns;
}

/** What was recorded of a traced program must be all it did, else the comparison is not fair. */
function checkComplete(name, outcome, counts) {
  if (outcome === undefined) return 0;
  const done = counts.move + counts.move64 + counts.served + counts["served-free"];
  if (outcome.recorded + outcome.lost === done) return outcome.lost;
  throw new Error(
    `${name} recorded ${outcome.recorded} and lost ${outcome.lost} of ${done} calls: no fair comparison.`,
  );
}

/** One turn of a tool: before, while. */
async function turn(tool) {
  const [traced, bystander, third] = [
    await Workload.start(program),
    await Workload.start(program),
    await Workload.start(program),
  ];
  try {
    const before = await measure(traced, bystander);
    traced.counts = {};
    const detach = await tool.attach(tool.beside ? third.pid : traced.pid, folder);
    let during;
    let outcome;
    try {
      during = await measure(traced, bystander);
    } finally {
      outcome = await detach();
    }
    return { before, during, lost: tool.beside ? 0 : checkComplete(tool.name, outcome, traced.counts) };
  } finally {
    for (const workload of [traced, bystander, third]) workload.end();
  }
}

try {
  const turns = new Map(all.filter(({ absent }) => !absent).map((tool) => [tool, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    const order = [...turns.keys()];
    order.push(...order.splice(0, round % order.length));
    for (const tool of order) turns.get(tool).push(await turn(tool));
    if (!values.json) process.stderr.write(`round ${round + 1} of ${values.rounds}\r`);
  }
  const results = [...turns].map(([{ name }, list]) => ({ name, turns: list }));
  const skipped = all.filter(({ absent }) => absent).map(({ name, needs }) => `${name}: ${needs} is not installed`);
  if (values.json) console.log(JSON.stringify({ bounds: BOUNDS, skipped, ...verdicts(results), results }));
  else console.log(table(results, skipped));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
