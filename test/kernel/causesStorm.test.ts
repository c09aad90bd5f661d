/** Ten thousand random failures of a program that knows what each is owed to. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { buildOwn } from "./harness/build";
import { whyNot } from "./harness/machine";
import { judge, readTruth, type Said, type Truth } from "./harness/verdicts";

const cli = join(import.meta.dirname, "../../dist/cli.cjs");
const reason = whyNot() ?? (existsSync(cli) ? undefined : "the command line is not built (npm run build)");
const FAILURES = 12_000;

/** The calibration moves calls by so much at most. */
const SLACK_NS = 5000;

function right(said: Said, truth: Truth): boolean {
  if (said.kind !== truth.kind) return false;
  if (truth.causeLine === 0) return true;
  const inTime = said.causeNs >= truth.from - SLACK_NS && said.causeNs <= truth.to + SLACK_NS;
  return inTime && said.causeLine === truth.causeLine;
}

describe.skipIf(reason !== undefined)(`random failures${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "faultscope-storm-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([1, 2026])(
    "are attributed as the program says (seed %i)",
    (seed) => {
      const [file, truthFile] = [join(folder, `${seed}.faultscope`), join(folder, `${seed}.jsonl`)];
      const command = [buildOwn("storm"), `${FAILURES}`, `${seed}`, truthFile];
      const ran = spawnSync(process.execPath, [cli, "record", "-o", file, "--", ...command], { encoding: "utf8" });
      expect(ran.status, ran.stderr).toBe(0);
      const { trace, said } = judge(file);
      expect(trace.losses.total).toBe(0);

      const wrong = new Map<string, number>();
      let agreed = 0;
      let overconfident = 0;
      const next = new Map<number, number>();
      const truths = readTruth(truthFile);
      for (const truth of truths) {
        const index = next.get(truth.tid) ?? 0;
        next.set(truth.tid, index + 1);
        const one = said.get(truth.tid)?.[index];
        expect([one?.line, one?.errno]).toEqual([truth.line, truth.errno]);
        if (one && right(one, truth)) agreed++;
        else {
          if (one?.confidence === "certain") overconfident++;
          const words = `errno ${truth.errno}: ${truth.kind} taken for ${one?.kind} (${one?.confidence})`;
          wrong.set(words, (wrong.get(words) ?? 0) + 1);
        }
      }
      const share = agreed / truths.length;
      const list = [...wrong].sort(([, a], [, b]) => b - a).map(([words, count]) => `\n        ${count} ${words}`);
      console.log(`      seed ${seed}: ${agreed} of ${truths.length} (${(share * 100).toFixed(2)} %)${list.join("")}`);
      expect(truths.length).toBeGreaterThanOrEqual(10_000);
      expect(share).toBeGreaterThanOrEqual(0.99);
      // What is said to be certain is.
      expect(overconfident).toBe(0);
    },
    120_000,
  );
});
