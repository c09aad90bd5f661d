// The stages of `npm test`, in the order they run. Each returns counts; lint and types count as one test each.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";
import { explain, StepError, step } from "./steps.mjs";
import { runProject } from "./vitest.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);
const one = { passed: 1, failed: 0, skipped: 0 };

/** A stage that is one check: prints and counts its failure and lets the run go on. */
async function check(name, work) {
  try {
    await step(name, work);
    return one;
  } catch (error) {
    explain(error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** A stage that this machine cannot run: said, and counted as one skipped test. */
function skip(name, reason) {
  console.log(`  skipped ${name}: ${reason}`);
  return { passed: 0, failed: 0, skipped: 1 };
}

/** Programs whose verdicts the kernel gave: named by the environment, or in a folder beside the checkout. */
function corpusFolder() {
  const named = process.env.FAULTSCOPE_CORPUS;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new StepError(`FAULTSCOPE_CORPUS names ${named}, which does not exist.`, "Correct it or unset it.");
  }
  const beside = join(root, "..", "shared", "corpus");
  return existsSync(beside) ? beside : undefined;
}

async function types() {
  for (const project of ["protocol", "server", "client", "webview"]) await run(bin("tsc"), ["-p", project]);
  if (!existsSync(join(root, "e2e", "node_modules", "playwright-core")))
    return "without e2e, whose packages are not here";
  await run(bin("tsc"), ["-p", "e2e"]);
  return undefined;
}

const isRoot = process.getuid?.() === 0;

/** Stage name → what it needs prepared, and how to run it. */
export const stages = {
  lint: {
    needs: {},
    run: () => check("lint and format", () => run(bin("biome"), ["check", "--error-on-warnings", "."])),
  },
  types: { needs: {}, run: () => check("types", types) },
  unit: { needs: { build: true }, run: () => runProject("unit") },
  kernel: {
    needs: { build: true, tests: true },
    run: () =>
      isRoot
        ? runProject("kernel")
        : skip("kernel tests", "they trace, which needs root. Run `sudo npm test -- --only kernel`."),
  },
  observer: {
    // Packages of a hundred megabytes are not fetched for what is then skipped.
    needs: { build: true, tests: true, observer: isRoot },
    run: () =>
      isRoot
        ? runProject("observer")
        : skip("observer tests", "bpftrace counts there, which needs root. Run `sudo npm test -- --only observer`."),
  },
  corpus: {
    needs: { build: true },
    run: () => {
      const folder = corpusFolder();
      if (folder === undefined) return skip("corpus", "set FAULTSCOPE_CORPUS to a folder of programs with verdicts.");
      return runProject("corpus", { FAULTSCOPE_CORPUS: folder });
    },
  },
  e2e: { needs: { build: true, vscode: true, browser: true }, run: () => runProject("e2e") },
};
