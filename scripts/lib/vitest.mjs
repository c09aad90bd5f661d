// Runs one vitest project and counts what it says, so that several runs can be summed up.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "./run.mjs";

/**
 * Counts of a vitest JSON report. A file that failed as a whole (it did not load, a hook threw) is one failure more
 * than its tests say.
 */
export function countReport(report) {
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Runs a project with its output shown. Whatever ends it badly counts as a failure, also an empty project. */
export async function runProject(project, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "faultscope-vitest-"));
  const file = join(folder, "report.json");
  try {
    const { code } = await run(
      process.execPath,
      [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", project].concat([
        "--reporter=default",
        "--reporter=json",
        `--outputFile=${file}`,
      ]),
      { env, show: true, accept: [0, 1], what: `vitest --project ${project}` },
    );
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
    const counts = countReport(JSON.parse(readFileSync(file, "utf8")));
    const bad = counts.failed === 0 && (code !== 0 || counts.passed + counts.skipped === 0);
    return bad ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
