/** Programs that fail for one known reason each: the finding names the reason and its line, and their twins have none. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FindingReport, Report } from "../../protocol/report";
import { buildCauses } from "./harness/build";
import { type Expected, expectedOf } from "./harness/expectedCauses";
import { whyNot } from "./harness/machine";

const cli = join(import.meta.dirname, "../../dist/cli.cjs");
const KSM = "/sys/kernel/mm/ksm";
const reason =
  whyNot() ??
  (existsSync(cli) ? undefined : "the command line is not built (npm run build)") ??
  (existsSync(KSM) ? undefined : "the kernel has no KSM");

const place = ({ file, line }: { readonly file: string | null; readonly line: number | null }): string =>
  `${file}:${line}`;

describe.skipIf(reason !== undefined)(`root causes${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "faultscope-causes-"));
  const settings = ["run", "sleep_millisecs"].map((name) => join(KSM, name));
  const before = settings.map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
  let expected: readonly Expected[] = [];
  let findings: readonly FindingReport[] = [];
  let program = "";

  function record(way: "cause" | "twin"): Report {
    const file = join(folder, `${way}.faultscope`);
    const ran = spawnSync(process.execPath, [cli, "record", "--json", "-o", file, "--", program, way], {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    expect(ran.stderr).not.toMatch(/not so|status/);
    expect(ran.status, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout) as Report;
  }

  beforeAll(() => {
    const built = buildCauses();
    program = built.program;
    expected = expectedOf(built.files);
    for (const [index, file] of settings.entries()) writeFileSync(file, index === 0 ? "1" : "5");
    const report = record("cause");
    expect(report.lost).toBe(0);
    findings = report.findings;
  }, 180_000);
  afterAll(() => {
    for (const [index, file] of settings.entries()) writeFileSync(file, before[index] ?? "");
    rmSync(folder, { recursive: true });
  });

  it("are named for every failure, with the line that is to blame", () => {
    const told = findings.map((one) =>
      [place(one), one.code, one.cause?.kind, one.cause && place(one.cause)].join(" "),
    );
    const wanted = expected.map(({ at, code, kind, causeAt }) => [at, code, kind, causeAt].join(" "));
    expect(told.sort()).toEqual(wanted.sort());
  });

  it("are certain where the record leaves no other explanation", () => {
    const kinds = new Map(
      findings.filter(({ code }) => code !== "eagain-partial").map((one) => [one.cause?.kind, one.confidence]),
    );
    for (const kind of [
      "fork",
      "ksm",
      "pin",
      "populated",
      "dropped",
      "moved-away",
      "alignment",
      "event-remove",
      "guard",
    ]) {
      expect(kinds.get(kind), kind).toBe("certain");
    }
    for (const kind of ["touched", "crosses-mappings"]) expect(kinds.get(kind), kind).toBe("likely");
  });

  it("come with a sentence that names the call, and a cure", () => {
    for (const one of findings) {
      expect(one.message, one.code).toMatch(/^[A-Z0-9].*\.$/);
      expect(one.cure, one.message).toMatch(/\.$/);
      expect(one.message).not.toMatch(/[{}]|undefined|NaN/);
    }
    const fork = findings.find(({ cause }) => cause?.kind === "fork");
    expect(fork?.message).toMatch(
      /^MOVE failed with EBUSY: the source page is shared with a child since fork by thread/,
    );
  });

  it("are not invented: the twins without the cause have no findings", () => {
    const { findings: none, ioctls } = record("twin");
    const failures = ioctls.flatMap(({ op, errors }) => Object.keys(errors).map((errno) => `${op} ${errno}`));
    // The twin of a missing wake still meets EEXIST, and wakes.
    expect(failures).toEqual(["COPY EEXIST"]);
    expect(none.map(({ code, message }) => `${code} ${message}`)).toHaveLength(1);
    expect(none[0]).toMatchObject({ code: "eexist-populated", count: 1 });
  });
});
