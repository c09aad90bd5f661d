// What goes over the serial line: one JSON object a line. The host prints and counts.
import { openSync, writeSync } from "node:fs";

const line = openSync("/dev/ttyS1", "w");

function send(message) {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(line, bytes, sent);
}

/** A test that this kernel or build cannot run, with the reason. */
export class Skip extends Error {}

/** Fails with `message` unless `holds`. */
export function expect(holds, message) {
  if (!holds) throw new Error(message);
}

/** Fails unless two plain values are equal; the message shows both. */
export function expectEqual(actual, expected, what) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  expect(a === b, `${what}: got ${a}, expected ${b}`);
}

/** Reports one test: { name, outcome, note, ms }. */
export const sendTest = (result) => send({ type: "test", ...result });

/** Runs one test and reports it; `work` may return a note with the figures it saw. */
export async function test(name, work) {
  const begin = performance.now();
  const report = (outcome, note) => sendTest({ name, outcome, note, ms: performance.now() - begin });
  try {
    report("passed", (await work()) ?? "");
  } catch (error) {
    if (error instanceof Skip) report("skipped", error.message);
    else report("failed", error instanceof Error ? error.message : String(error));
  }
}

/** What the kernel offers, for the host to compare with what this kernel is in the matrix for. */
export const sendFacts = (facts) => send({ type: "facts", facts });

/** The last message; without it the host counts the run as failed. */
export const sendDone = () => send({ type: "done" });
