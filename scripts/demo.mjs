#!/usr/bin/env node
// From nothing to a traced program: `npm run demo`. `-- --once` stops after the report.
import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { openEditor, ownVscode } from "./lib/editor.mjs";
import { compactor, startExample } from "./lib/example.mjs";
import { prepare } from "./lib/prepare.mjs";
import { root, run } from "./lib/run.mjs";
import { headline, main, StepError, step } from "./lib/steps.mjs";
import { packageVsix } from "./package.mjs";

const folder = join(root, "build", "demo");
const recording = join(folder, "compactor.faultscope");

const faultscope = (args, options = {}) =>
  run(process.execPath, [join(root, "dist", "cli.cjs"), ...args], {
    show: true,
    what: `faultscope ${args[0]}`,
    ...options,
  });

/** Says what to do where this machine does not let us trace. */
async function checkPrivilege() {
  const { code, output } = await faultscope(["doctor"], { show: false, accept: [0, 1] });
  if (code === 0) return;
  throw new StepError("This machine does not let us trace yet.", output.trim());
}

async function record() {
  headline("A garbage collector on userfaultfd, recorded");
  await checkPrivilege();
  mkdirSync(folder, { recursive: true });
  // At a pace that can be watched for some seconds; every tenth round a forked child makes MOVE fail with EBUSY.
  const example = [compactor, "--rounds", "40", "--pages", "2048", "--pause-us", "50", "--fork-every", "10"];
  await faultscope(["record", "-o", recording, "--", ...example], {
    remedy: "`npx faultscope doctor` says what is missing.",
  });
  console.log(`The same again at any time: npx faultscope report ${relative(root, recording)}`);
  headline("Diagnostics of the examples");
  await faultscope(["check", "examples"], { accept: [0, 1] });
}

/** Shows everything in VS Code until Ctrl-C. */
async function show() {
  headline("VS Code");
  let vsix = "";
  await step("package the extension", async () => {
    vsix = await packageVsix();
  });
  const example = startExample();
  const editor = await openEditor({ vsix, folder: join(root, "examples"), recording });
  console.log(`
The recording is open. The example also runs as process ${example.pid}, to be attached to:
F1, "Faultscope: Attach to Process...", compactor. Ctrl-C here stops everything.`);
  const stopped = new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => resolve(undefined));
  });
  const why = await Promise.race([
    stopped,
    editor.ended.then(() => "VS Code's server ended by itself."),
    example.ended.then((how) => `The example is gone: ${how}.`),
  ]);
  example.stop();
  await editor.stop();
  if (why !== undefined) throw new StepError(why, "Start the demo again.");
  console.log("\nStopped.");
}

await main(async () => {
  const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
  await prepare({ vscode: !values.once && ownVscode() === undefined });
  await record();
  if (values.once) return;
  await show();
  process.exit(0);
});
