/**
 * Programs of our own whose verdicts the kernel gave: the labels are held against this kernel where it can be asked, and
 * the analysis against the labels. What the analysis gets wrong today stands in known-misses.json, no more and no less.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences, observe } from "./runner/compare";
import { type Disagreement, judge } from "./runner/judge";
import { Kernel, obstacle } from "./runner/kernel";
import { programs, readLabel } from "./runner/labels";

interface KnownMiss extends Disagreement {
  readonly why: string;
}

const known = JSON.parse(readFileSync(new URL("./known-misses.json", import.meta.url), "utf8")) as KnownMiss[];
const all = programs();
const key = (d: Disagreement): string => `${d.program}:${d.line} ${d.what}`;

describe.each(["c", "ts"] as const)("%s: the analysis agrees with the kernel", (language) => {
  const chosen = all.filter((p) => p.language === language);
  const sum = { hits: 0, falsePositives: 0, expected: 0, found: 0 };

  test.each(chosen.map((p) => [p.name, p] as const))("%s", async (name, program) => {
    const judged = await judge(program, readLabel(program));
    sum.hits += judged.hits;
    sum.falsePositives += judged.falsePositives;
    sum.expected += judged.expected;
    sum.found += judged.found;
    const listed = new Set(known.filter((k) => k.program === name).map(key));
    const now = new Set(judged.disagreements.map(key));
    const fresh = [...now].filter((k) => !listed.has(k));
    const gone = [...listed].filter((k) => !now.has(k));
    expect(fresh, "the analysis disagrees with the kernel here, and known-misses.json does not list it").toEqual([]);
    expect(gone, "fixed: take these out of known-misses.json").toEqual([]);
  });

  afterAll(() => {
    const ratio = (a: number, b: number): string => (b === 0 ? "-" : (a / b).toFixed(3));
    console.log(
      `${language}: precision ${ratio(sum.hits, sum.hits + sum.falsePositives)}, recall ${ratio(sum.found, sum.expected)}` +
        ` (${sum.found} of ${sum.expected} failing sites found, ${sum.falsePositives} false reports, ${chosen.length} programs)`,
    );
  });
});

test("known-misses.json names programs that exist", () => {
  const names = new Set(all.map((p) => p.name));
  expect(known.filter((k) => !names.has(k.program))).toEqual([]);
});

describe.each(["c", "ts"] as const)("%s: the labels agree with this kernel", (language) => {
  const reason = obstacle(language);
  let kernel: Kernel | undefined;
  beforeAll(() => {
    kernel = reason === undefined ? new Kernel() : undefined;
  });
  afterAll(() => kernel?.dispose());

  test.skipIf(reason !== undefined).each(all.filter((p) => p.language === language).map((p) => [p.name, p] as const))(
    `%s${reason ? ` (skipped: ${reason})` : ""}`,
    (_, program) => {
      if (!kernel) throw new Error("The runner was not built.");
      const label = readLabel(program);
      const wrong = (): string[] => differences(label, observe(label, kernel?.run(program, label.ksm ?? false) ?? []));
      // When ksmd comes by depends on what else there is to merge on the machine.
      for (let again = label.ksm ? 2 : 0; again > 0 && wrong().length > 0; again--);
      expect(wrong()).toEqual([]);
    },
  );
});
