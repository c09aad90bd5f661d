// The tests of test/kernel/ on this kernel.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { sendTest } from "./report.mjs";

const root = "/faultscope";

/** What an emulated processor cannot do in reasonable time, or not evenly enough for the figure that is compared. */
const tooSlow = [
  [/loses nothing of \d{5,} calls/, "an emulated processor makes a thousand calls a second"],
  [/woken in vain/, "its program's own figure includes a thread's start, which takes long on an emulated processor"],
];

/** Tests whose programs make no call but UFFDIO_MOVE, or look for its results. */
const movesOnly = [
  /records each ioctl with its arguments/,
  /records failures with errno and result field/,
  /follows a child through fork, exec and exit/,
  /follows a thread that starts later/,
  /leaves the target running/,
];

const whySkip = (facts) => (name) => {
  if (facts.move !== 0 && movesOnly.some((pattern) => pattern.test(name))) return "its program needs UFFDIO_MOVE";
  return tooSlow.find(([pattern]) => pattern.test(name))?.[1];
};

export async function sharedTests(facts) {
  const { runFiles } = createRequire(import.meta.url)(`${root}/node_modules/vitest/index.js`);
  const files = readFileSync(`${root}/test/kernel/files`, "utf8").trim().split("\n");
  const paths = files.map((file) => `${root}/${file}`);
  await runFiles(root, paths, 90_000, { report: sendTest, whySkip: whySkip(facts) });
}
