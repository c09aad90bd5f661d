// The tests of test/kernel/ on this kernel.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { sendTest } from "./report.mjs";

const root = "/faultscope";

/** The emulated processor makes 1000 calls a second where a real one makes a million. */
const whySkip = (name) =>
  /loses nothing of \d{5,} calls/.test(name) ? "too many calls for an emulated processor" : undefined;

export async function sharedTests() {
  const { runFiles } = createRequire(import.meta.url)(`${root}/node_modules/vitest/index.js`);
  const files = readFileSync(`${root}/test/kernel/files`, "utf8").trim().split("\n");
  const paths = files.map((file) => `${root}/${file}`);
  await runFiles(root, paths, 90_000, { report: sendTest, whySkip });
}
