#!/usr/bin/env node
// Everything that must hold: `npm test`. `-- --only unit,lint` runs some stages. Ends with `N passed, N failed`.
import { parseArgs } from "node:util";
import { prepare } from "./lib/prepare.mjs";
import { stages } from "./lib/stages.mjs";
import { explain, headline, red, StepError, seconds } from "./lib/steps.mjs";

/** Names of the stages to run, in their order. */
function chosen() {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const names = Object.keys(stages);
  if (values.only === undefined) return names;
  const wanted = values.only.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new StepError(`There is no stage "${unknown}".`, `Stages: ${names.join(", ")}.`);
  return names.filter((name) => wanted.includes(name));
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failedStages = [];

function add(name, counts) {
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (counts.failed > 0) failedStages.push(name);
}

/** Runs one stage; what breaks it is a failure of this stage and not of the whole run. */
async function runStage(name) {
  headline(name);
  const begin = performance.now();
  try {
    const counts = await stages[name].run();
    add(name, counts);
    console.log(`  ${name}: ${sentence(counts)} (${seconds(performance.now() - begin)})`);
  } catch (error) {
    explain(error);
    add(name, { passed: 0, failed: 1, skipped: 0 });
  }
}

const sentence = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

const begin = performance.now();
try {
  const names = chosen();
  await prepare(Object.assign({ build: false }, ...names.map((name) => stages[name].needs)));
  for (const name of names) await runStage(name);
} catch (error) {
  explain(error);
  add("preparation", { passed: 0, failed: 1, skipped: 0 });
}
console.log(`\nThe run took ${seconds(performance.now() - begin)}.`);
if (failedStages.length > 0) console.log(red(`Failed: ${failedStages.join(", ")}.`));
console.log(sentence(total));
process.exitCode = total.failed > 0 ? 1 : 0;
