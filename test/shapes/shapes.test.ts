/**
 * Code that is right, in the shapes of real projects and in our own words: the analysis stays quiet on it. The last line
 * of each file holds a mistake to plant; it is found, so that quiet does not mean blind.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { analyze } from "../../server/src/analysis";
import { grammars } from "../../server/src/workspace/grammarFiles";

const folder = fileURLToPath(new URL("./fixtures/", import.meta.url));
const PLANT = /^\/\/plant ([\w-]+): (.*)$/m;

async function codesOf(name: string, text: string): Promise<string[]> {
  const { diagnostics, problems } = analyze(new Map([[`/project/src/${name}`, text]]), await grammars());
  expect(problems).toEqual([]);
  return diagnostics.map((d) => `${d.range.start.line + 1} ${d.severity} ${d.code}`);
}

describe.each(readdirSync(folder))("%s", (name) => {
  const text = readFileSync(folder + name, "utf8");

  test("is right, and nothing is said", async () => {
    const serious = (await codesOf(name, text)).filter((d) => !d.includes(" hint "));
    expect(serious).toEqual([]);
  });

  test("a planted mistake is found", async () => {
    const [, code, mistake] = PLANT.exec(text) ?? [];
    expect(code).toBeDefined();
    const found = await codesOf(
      name,
      text.replace(PLANT, () => mistake ?? ""),
    );
    expect(found.filter((d) => !d.includes(" hint ")).map((d) => d.split(" ")[2])).toEqual([code]);
  });
});
