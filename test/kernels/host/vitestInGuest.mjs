// What stands in for `vitest` in the guest: its runner and its `expect`, without Vite, workers and watchers, which would
// be a hundred megabytes more in the image. The tests are the same files.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  addCustomEqualityTesters,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { startTests } from "@vitest/runner";
import * as chai from "chai";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, onTestFinished, test } from "@vitest/runner";

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

export const expect = Object.assign(
  (value, message) => {
    setState({ assertionCalls: getState(expect).assertionCalls + 1 }, expect);
    return chai.expect(value, message);
  },
  chai.expect,
  globalThis[ASYMMETRIC_MATCHERS_OBJECT],
  { getState: () => getState(expect), setState: (state) => setState(state, expect), addCustomEqualityTesters },
);
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect);

const config = (root, limitMs) => ({
  root,
  name: undefined,
  setupFiles: [],
  passWithNoTests: false,
  testNamePattern: undefined,
  allowOnly: false,
  sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
  chaiConfig: undefined,
  maxConcurrency: 1,
  testTimeout: limitMs,
  hookTimeout: limitMs,
  retry: 0,
  includeTaskLocation: false,
  tags: [],
  tagsFilter: undefined,
  strictTags: false,
});

/** A task's name with those of the suites around it. */
function fullName(task) {
  const outer = task.suite ?? task.file;
  return outer === undefined || outer === task || outer.filepath !== undefined
    ? task.name
    : `${fullName(outer)}: ${task.name}`;
}

/**
 * Runs test files one after the other; `report({ name, outcome, note, ms })` is called for each test. A file or suite
 * that fails as a whole (it does not load, a hook throws) is a failure of its own. `whySkip(name)` says why a test is
 * not run, or undefined.
 */
export async function runFiles(root, files, limitMs, { report, whySkip }) {
  const words = (task) => (task.result?.errors ?? []).map((error) => error.message).join("\n");
  const reported = new Set();
  const runner = {
    config: config(root, limitMs),
    importFile: async (file) => require(file),
    onBeforeRunTask: (task) => {
      if (whySkip(fullName(task)) !== undefined) task.mode = "skip";
    },
    onAfterRunTask: (task) => {
      const { state, duration } = task.result;
      if (state !== "pass" && state !== "fail") return;
      reported.add(task);
      const outcome = state === "pass" ? "passed" : "failed";
      report({ name: fullName(task), outcome, note: words(task), ms: duration ?? 0 });
    },
  };
  const done = await startTests(files, runner);
  const unseen = (task) => {
    if (task.type === "test" && !reported.has(task)) {
      const note = whySkip(fullName(task)) ?? task.result?.note ?? "";
      report({ name: fullName(task), outcome: "skipped", note, ms: 0 });
    } else if (task.type !== "test" && task.result?.errors?.length > 0) {
      report({ name: fullName(task), outcome: "failed", note: words(task), ms: 0 });
    }
    for (const inner of task.tasks ?? []) unseen(inner);
  };
  for (const file of done) unseen(file);
}
