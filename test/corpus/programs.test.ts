/**
 * Programs of our own whose verdicts were taken by running them on Linux 6.18: `//! code` stands on each line whose call
 * the kernel refused. Everything else in them was accepted, and calls whose errno is handled are not marked.
 */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { analyze } from "../../server/src/analysis";
import { announced } from "../../server/src/analysis/testing/expectations";
import { grammars } from "../../server/src/workspace/grammarFiles";

const folder = fileURLToPath(new URL("./fixtures/", import.meta.url));

for (const name of readdirSync(folder)) {
  test(name, async () => {
    const text = readFileSync(folder + name, "utf8");
    const { diagnostics, problems } = analyze(new Map([[`/programs/${name}`, text]]), await grammars());
    expect(problems).toEqual([]);
    const serious = diagnostics.filter((d) => d.severity !== "hint").map((d) => `${d.range.start.line + 1} ${d.code}`);
    expect(serious).toEqual(announced(text));
  });
}
