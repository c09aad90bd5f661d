import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PRELUDE } from "../analysis/testing/expectations";
import { check } from "./check";

const GOOD = `${PRELUDE}
int main(void) {
	start();
	char *s = map(1), *d = map(1);
	watch(d, 1);
	s[0] = 1;
	struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
	return ioctl(fd, UFFDIO_MOVE, &m);
}
`;
const BAD = GOOD.replace("s[0] = 1;", "s[0] = 1;\n\tchild();");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultscope-check-"));
  mkdirSync(join(folder, "src"));
  writeFileSync(join(folder, "good.c"), GOOD);
  writeFileSync(join(folder, "src", "bad.c"), BAD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    cwd: folder,
    color: false,
    stdout: (t: string) => void out.push(t),
    stderr: (t: string) => void err.push(t),
  };
  return { code: await check(args, io), out: out.join(""), err: err.join("") };
}

test("a clean file gives 0 and says what was checked", async () => {
  expect(await run("good.c")).toEqual({ code: 0, out: "No findings in 1 file.\n", err: "" });
});

test("a finding gives 1, the source line, a caret and the cause", async () => {
  const { code, out, err } = await run(".");
  expect({ code, err }).toEqual({ code: 1, err: "" });
  expect(out).toContain("src/bad.c:25:9: warning: UFFDIO_MOVE fails with EBUSY");
  const lines = out.split("\n");
  const at = lines.findIndex((l) => l.includes("return ioctl"));
  expect(lines[at]?.indexOf("ioctl")).toBe(lines[at + 1]?.indexOf("^"));
  expect(out).toContain("fork() shares every page");
  expect(out).toContain("1 warning in 2 files.");
});

test("json is the contract: positions from 1, related locations, relative paths", async () => {
  const { code, out } = await run("--format", "json", "src");
  expect(code).toBe(1);
  const { version, diagnostics } = JSON.parse(out);
  expect(version).toBe(1);
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]).toMatchObject({
    file: "src/bad.c",
    line: 25,
    column: 9,
    endLine: 25,
    severity: "warning",
    code: "ebusy-fork",
    href: "docs/diagnostics/ebusy-fork.md",
  });
  expect(diagnostics[0].related[0]).toMatchObject({
    file: "src/bad.c",
    column: expect.any(Number),
    message: expect.any(String),
  });
});

test("what cannot be read or is no usage gives 2 and one sentence with the remedy", async () => {
  const missing = await run("nowhere.c");
  expect(missing).toMatchObject({ code: 2, out: "" });
  expect(missing.err).toBe(
    "faultscope check: cannot read nowhere.c: it does not exist. Give the path of a source file or a folder.\n",
  );
  expect((await run()).code).toBe(2);
  expect((await run("--format", "xml", ".")).err).toContain("--format takes pretty, json or sarif, not 'xml'.");
  expect((await run("--fix", ".")).err).toContain("there is no option '--fix'.");
});

test("a finding that a comment takes back is counted, and fails nothing", async () => {
  const text = BAD.replace("\treturn ioctl", "\t// faultscope-ignore ebusy-fork: the child is gone\n\treturn ioctl");
  writeFileSync(join(folder, "ignored.c"), text);
  const { code, out } = await run("ignored.c");
  expect({ code, out }).toEqual({
    code: 0,
    out: "No findings in 1 file.\n1 finding is taken back by comments in the sources.\n",
  });
  expect(JSON.parse((await run("--format=json", "ignored.c")).out)).toEqual({ version: 1, diagnostics: [] });
  rmSync(join(folder, "ignored.c"));
});
