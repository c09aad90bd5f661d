/** The programs of the documentation: the analysis finds in each its own code. */
import { expect, test } from "vitest";
import { CODES } from "../uffd/codes";
import { minimalProgram } from "../uffd/programs";
import { grammars } from "../workspace/grammarFiles";
import { analyze } from ".";

test.each(CODES.map((c) => c.code))("the program of %s shows it and nothing else", async (code) => {
  const program = minimalProgram(code);
  expect(program).toBeDefined();
  const { diagnostics } = analyze(new Map([["/w/a.c", program ?? ""]]), await grammars());
  expect(diagnostics.map((d) => d.code)).toEqual([code]);
});
