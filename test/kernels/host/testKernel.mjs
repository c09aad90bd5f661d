// One kernel of the matrix: boots it, compares what it is with what it should be, counts what the guest reports.
import { dirname, join } from "node:path";
import { dim, seconds } from "../../../scripts/lib/steps.mjs";
import { wrongFacts } from "./matrix.mjs";
import { boot, consoleTail } from "./vm.mjs";

/** A kernel that needs longer hangs: on two slow cores a run takes about a third of it. */
const limitS = 240;

/** Runs the tests on one kernel and adds their results to `tally`. */
export async function testKernel(kernel, { vmlinuz }, image, tally) {
  const begin = performance.now();
  const consoleFile = join(dirname(vmlinuz), "console.log");
  let done = false;
  const handlers = {
    facts({ facts }) {
      const wrong = wrongFacts(kernel, facts);
      const ms = performance.now() - begin;
      if (wrong.length > 0) tally.add("boots and is what it should be", "failed", `${wrong.join("; ")}.`, ms);
      else tally.add("boots and is what it should be", "passed", describe(facts), ms);
    },
    test: ({ name, outcome, note, ms }) => tally.add(name, outcome, note, ms),
    done: () => {
      done = true;
    },
  };
  const problem = await boot({ vmlinuz, initramfs: image, consoleFile, limitS, onMessage: (m) => handlers[m.type](m) });
  if (problem !== undefined || !done) {
    const why = problem ?? "The guest powered off before its tests were done.";
    tally.add("runs to its end", "failed", `${why}\nEnd of its console (${consoleFile}):\n${consoleTail(consoleFile)}`);
  }
  console.log(dim(`  ${seconds(performance.now() - begin)}`));
}

function describe(facts) {
  const word = (value) => (value === 0 ? "yes" : "no");
  return `${facts.release}, features ${facts.features}, MOVE ${word(facts.move)}, kprobe ${word(facts.kprobe)}, fentry ${word(facts.fentry)}`;
}
