/** SARIF against the schema its authors publish, which the package of their test matchers carries. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv-draft-04";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { type Analysis, analyze, type Diagnostic } from "../analysis";
import { PRELUDE } from "../analysis/testing/expectations";
import { CODES } from "../uffd/codes";
import { pageAddress } from "../workspace/documentation";
import { grammars } from "../workspace/grammarFiles";
import { sarifText } from "./checkSarif";

const schema = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"),
    "utf8",
  ),
);
const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
addFormats(ajv as unknown as Parameters<typeof addFormats>[0]);
const validate = ajv.compile(schema);

const SOURCE = `${PRELUDE}
int main(void) {
  start();
  char *s = map(1), *d = map(1), *e = map(1);
  watch(d, 1);
  watch(e, 1);
  s[0] = 1;
  child();
  struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
  if (getenv("FIRST")) return ioctl(fd, UFFDIO_MOVE, &m);
  m.dst = (unsigned long)e;
  // faultscope-ignore ebusy-fork: shown to fail
  return ioctl(fd, UFFDIO_MOVE, &m);
}
`;
const file = "/w/a b.c";

function render(analysis: Analysis, text = SOURCE) {
  const host = { text: () => text, name: (f: string) => f.replace("/w/", ""), version: "1.2.3", page: pageAddress };
  const log = JSON.parse(sarifText(analysis, host));
  expect(validate(log) ? [] : validate.errors).toEqual([]);
  return log.runs[0];
}
const analysisOf = async (text: string): Promise<Analysis> => analyze(new Map([[file, text]]), await grammars());

test("the schema refuses what is no SARIF", () => {
  expect(validate({ version: "2.1.0", runs: [{ tool: { driver: {} } }] })).toBe(false);
});

test("findings, causes, suppressions and rules are valid SARIF", async () => {
  const run = render(await analysisOf(SOURCE));
  expect(run.results.map((r: { ruleId: string }) => r.ruleId)).toEqual(["ebusy-fork", "ebusy-fork"]);
  const [open, taken] = run.results;
  expect(open.suppressions).toEqual([]);
  expect(taken.suppressions).toEqual([{ kind: "inSource", justification: "shown to fail" }]);
  expect(open.locations[0].physicalLocation.artifactLocation.uri).toBe("a%20b.c");
  expect(open.relatedLocations[0].message.text).toMatch(/^fork\(\)/);
  const { rules } = run.tool.driver;
  expect(rules.map((r: { id: string }) => r.id)).toEqual(CODES.map((c) => c.code));
  expect(rules[open.ruleIndex]).toMatchObject({ id: "ebusy-fork", helpUri: expect.stringMatching(/ebusy-fork\.md$/) });
});

test("an analysis with problems and paths that were cut says so", () => {
  const run = render({
    diagnostics: [],
    suppressed: [],
    problems: [{ file, message: "The file could not be analysed completely." }],
    unfinished: 3,
  });
  const notes: { message: { text: string } }[] = run.invocations[0].toolExecutionNotifications;
  expect(notes.map((n) => n.message.text)).toEqual([
    "The file could not be analysed completely.",
    "3 paths were too long to follow to the end; nothing is said of what lies beyond.",
  ]);
});

test("a fingerprint stays when lines are added above, and tells equal lines apart", async () => {
  const prints = (run: { results: { partialFingerprints: Record<string, string> }[] }) =>
    run.results.map((r) => Object.values(r.partialFingerprints)[0]);
  const before = prints(render(await analysisOf(SOURCE)));
  const moved = `/* one\n * more\n */\n${SOURCE}`;
  expect(prints(render(await analysisOf(moved), moved))).toEqual(before);
  const analysis = await analysisOf(SOURCE);
  const twice: Diagnostic[] = analysis.diagnostics.flatMap((d) => [d, d]);
  const [first, second] = prints(render({ ...analysis, diagnostics: twice, suppressed: [] }));
  expect(first).not.toBe(second);
});
