// One kernel of the matrix: boots it, compares what it is with what it should be, counts what the guest reports.
import { dirname, join } from "node:path";
import { wrongFacts } from "./matrix.mjs";
import { boot, consoleTail } from "./vm.mjs";

/** A kernel that needs longer hangs: a run takes two minutes on an idle machine, and six on one that does five other things. */
const limitS = 600;

/**
 * Runs the tests on one kernel. Returns { results, tookMs }; a result is { name, outcome, note, ms }. That the guest did
 * not come to its end is a result, too.
 */
export async function testKernel(kernel, { vmlinuz }, image) {
  const begin = performance.now();
  const consoleFile = join(dirname(vmlinuz), "console.log");
  const results = [];
  let done = false;
  const handlers = {
    facts({ facts }) {
      const wrong = wrongFacts(kernel, facts);
      const outcome = wrong.length > 0 ? "failed" : "passed";
      const note = wrong.length > 0 ? `${wrong.join("; ")}.` : describe(facts);
      results.push({ name: "boots and is what it should be", outcome, note, ms: performance.now() - begin });
    },
    test: ({ type: _type, ...result }) => results.push(result),
    done: () => {
      done = true;
    },
  };
  const problem = await boot({ vmlinuz, initramfs: image, consoleFile, limitS, onMessage: (m) => handlers[m.type](m) });
  if (problem !== undefined || !done) {
    const why = problem ?? "The guest powered off before its tests were done.";
    const note = `${why}\nEnd of its console (${consoleFile}):\n${consoleTail(consoleFile)}`;
    results.push({ name: "runs to its end", outcome: "failed", note });
  }
  return { results, tookMs: performance.now() - begin };
}

function describe(facts) {
  const word = (value) => (value === 0 ? "yes" : "no");
  const has = ["move", "kprobe", "fentry"].map((name) => `${name === "move" ? "MOVE" : name} ${word(facts[name])}`);
  return `${facts.release}, features ${facts.features}, ${has.join(", ")}`;
}
