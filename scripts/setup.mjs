#!/usr/bin/env node
// Installs what is missing and builds: `npm run setup`. `-- --e2e` adds a real VS Code and a browser for its tests.
import { parseArgs } from "node:util";
import { prepare } from "./lib/prepare.mjs";
import { main } from "./lib/steps.mjs";

await main(async () => {
  const { values } = parseArgs({ options: { e2e: { type: "boolean", default: false } } });
  await prepare({ tests: values.e2e, vscode: values.e2e, browser: values.e2e });
  console.log("\nReady. `npx faultscope doctor` says what this machine allows, `npm run demo` shows everything.");
});
