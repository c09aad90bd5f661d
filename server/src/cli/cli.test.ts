import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArrowWriter } from "../recording/arrowWriter";
import { BatchBuilder } from "../recording/batch";
import { EventKind } from "../recording/schema";
import { batchOf, fault, ioctl, message, type Row } from "../trace/testing/rows";
import { compare } from "./compare";
import { exportCommand } from "./export";
import type { Command, Io } from "./io";
import { UsageError } from "./problems";
import { readRecordOptions } from "./recordOptions";
import { report } from "./report";
import { printable, table, wrap } from "./table";

const P = 0x7f00_0000_0000;
const SITE = {
  frames: [
    { function: "ioctl", module: "/lib/libc.so.6" },
    { function: "move_page", file: "/src/gc.c", line: 131 },
  ],
};
const ROWS: readonly Row[] = [
  { kind: EventKind.Process, pid: 100, tid: 100, text: 'gc --name "a,b"\u001b[31m' },
  { kind: EventKind.Site, site: 5, text: JSON.stringify(SITE) },
  message(9, 2000, P, { mode: 1 }),
  ioctl("MOVE", 9, 3000, 5000, { address: P, source: 0x1000, site: 5 }),
  fault(1, P, 1000, 4000, 4500, 9),
  ioctl("MOVE", 9, 6000, 7000, { address: P, site: 5, errno: 16, result: -16 }),
];

let folder: string;
let file: string;

function write(path: string, rows: readonly Row[]): void {
  const chunks: Uint8Array[] = [];
  const header = { startNs: 1n, startedAtMs: 0, host: "h", writer: "test" };
  const writer = new ArrowWriter(header, (parts) => chunks.push(...parts.map((part) => Uint8Array.from(part))));
  const batch = batchOf(rows);
  const builder = Object.assign(new BatchBuilder(1), { columns: batch.columns, texts: batch.texts, rows: rows.length });
  writer.write(builder);
  writer.finish();
  writeFileSync(path, Buffer.concat(chunks));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultscope-cli-"));
  file = join(folder, "a.faultscope");
  write(file, [...ROWS, { kind: EventKind.End, timeNs: 10_000, text: '{"reason":"stopped"}' }]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command; its exit status and output, with plain spaces. */
async function run(command: Command, ...args: readonly string[]) {
  let out = "";
  let err = "";
  const io: Io = {
    out: (text) => {
      out += text;
    },
    write: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    interactive: false,
    columns: 80,
    cwd: "/src",
    dist: "/dist",
  };
  const status = await command(args, io);
  return { status, err, out: out.replace(/[\u00a0\u202f]/g, " ") };
}

describe("report", () => {
  it("prints the contract's JSON and nothing else", async () => {
    const { out, err } = await run(report, "--json", file);
    const figures = JSON.parse(out);
    expect(err).toBe("");
    expect(Object.keys(figures)).toEqual([
      "version",
      "durationNs",
      "events",
      "lost",
      "processes",
      "ioctls",
      "messages",
      "faults",
      "sites",
      "findings",
      "tracer",
      "notes",
    ]);
    expect(figures).toMatchObject({ version: 1, durationNs: 10_000, lost: 0, messages: { PAGEFAULT: 1 }, notes: [] });
    const [move] = figures.ioctls;
    expect(move).toMatchObject({ op: "MOVE", calls: 2, ok: 1, partial: 0, errors: { EBUSY: 1 }, bytes: 4096 });
    expect(figures.sites).toMatchObject([
      { file: "/src/gc.c", line: 131, function: "move_page", op: "MOVE", calls: 2 },
    ]);
  });

  it("prints columns for people, places relative to where they are, no control characters", async () => {
    const { out } = await run(report, file);
    expect(out).toContain("10.0 µs · 5 events · lost 0");
    expect(out).toMatch(/^MOVE +2 +1 +0 +1 +4\.00 KiB/m);
    expect(out).toMatch(/^MOVE +EBUSY +1 +50\.0 % +a source page is shared or pinned/m);
    expect(out).toMatch(/^gc\.c:131 +move_page +MOVE +2 +EBUSY 1/m);
    expect(out).not.toContain("\u001b");
  });

  it("takes exactly one recording", async () => {
    await expect(run(report)).rejects.toThrow(UsageError);
    await expect(run(report, file, file)).rejects.toThrow(UsageError);
    await expect(run(report, "--yaml", file)).rejects.toThrow(/Unknown option '--yaml'/);
    await expect(run(report, join(folder, "none"))).rejects.toThrow(/does not exist/);
  });
});

it("compares B relative to A", async () => {
  const other = join(folder, "b.faultscope");
  write(other, [...ROWS.slice(0, 5), ioctl("COPY", 9, 6000, 7000, { address: P })]);
  const { out } = await run(compare, "--json", file, other);
  const comparison = JSON.parse(out);
  expect(comparison.ioctls.map(({ op }: { op: string }) => op)).toEqual(["MOVE", "COPY"]);
  expect(comparison.ioctls[0]).toMatchObject({ calls: { a: 2, b: 1, change: 0.5 }, errors: { a: 1, b: 0, change: 0 } });
  expect(comparison.ioctls[1]).toMatchObject({ calls: { a: 0, b: 1, change: null }, latencyNs: null });
  expect((await run(compare, file, other)).out).toMatch(/^MOVE calls {2,}2 {2,}1 +×0\.50$/m);
  await expect(run(compare, file)).rejects.toThrow(UsageError);
});

describe("export", () => {
  const exported = async (to: string): Promise<string> => (await run(exportCommand, "--to", to, file)).out;

  it("csv: a row an event, texts quoted", async () => {
    const lines = (await exported("csv")).trimEnd().split("\n");
    expect(lines).toHaveLength(8);
    expect(lines[0]).toMatch(/^kind,name,error,timeNs,.*,text$/);
    expect(lines[1]).toContain('"gc --name ""a,b""');
    expect(lines[6]).toMatch(/^Ioctl,MOVE,EBUSY,6000,1000,/);
  });

  it("jsonl: every line is an object with names and numbers", async () => {
    const rows = (await exported("jsonl"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows[3]).toMatchObject({ kind: "Ioctl", name: "MOVE", timeNs: 3000, address: P, source: 4096 });
    expect(rows[5]).toMatchObject({ error: "EBUSY", result: -16 });
  });

  it("text: a line an event, in the kernel's words", async () => {
    expect(await exported("text")).toContain(
      "0.000003000 100/9 UFFDIO_MOVE(3, {0x7f0000000000, src=0x1000, len=4096, mode=0x0, move=4096}) = 0 <0.000002000>",
    );
    expect(await exported("text")).toContain("= -1 EBUSY <0.000001000>");
  });

  it("perfetto: slices of threads, and a flow from the waker", async () => {
    const { traceEvents } = JSON.parse(await exported("perfetto"));
    const of = (ph: string) => traceEvents.filter((event: { ph: string }) => event.ph === ph);
    expect(of("X").map(({ name, tid, ts, dur }: Record<string, unknown>) => [name, tid, ts, dur])).toEqual([
      ["UFFDIO_MOVE", 9, 3, 2],
      ["userfault", 1, 1, 3.5],
      ["UFFDIO_MOVE", 9, 6, 1],
    ]);
    expect([of("s")[0], of("f")[0]]).toMatchObject([
      { tid: 9, ts: 4, id: 5 },
      { tid: 1, ts: 4.5, id: 5 },
    ]);
  });

  it("markdown: what a traced program is called does not become markup", async () => {
    const text = await exported("markdown");
    expect(text).toContain("| MOVE | 2 | EBUSY 1 |");
    expect(text).toContain("move\\_page");
  });

  it("writes to a file, and refuses formats it does not have", async () => {
    const out = join(folder, "out.csv");
    await run(exportCommand, "--to", "csv", "-o", out, file);
    expect(readFileSync(out, "utf8")).toContain("Ioctl,MOVE");
    await expect(run(exportCommand, "--to", "xml", file)).rejects.toThrow(/not 'xml'/);
    await expect(run(exportCommand, "--to", "csv", "-o", folder, file)).rejects.toThrow(/it is a folder/);
  });
});

describe("record's command line", () => {
  const now = new Date("2026-11-23T08:09:10Z");
  const read = (...args: readonly string[]) => readRecordOptions(args, "/here", "/dist/native/probe", now);

  it("attaches to pids, launches what follows --", () => {
    expect(read("--pid", "7", "8", "--pid", "9,7").params).toMatchObject({ kind: "attach", pids: [7, 9, 8] });
    expect(read("--", "./gc", "--pid", "1").params).toMatchObject({
      kind: "launch",
      command: "./gc",
      args: ["--pid", "1"],
      cwd: "/here",
    });
  });

  it("names the file by what is recorded and when, or as asked", () => {
    expect(read("--pid", "7").params.file).toBe("/here/pid7-20261123-080910.faultscope");
    expect(read("--", "/bin/my gc").params.file).toBe("/here/my_gc-20261123-080910.faultscope");
    expect(read("-o", "x.faultscope", "--pid", "7").params.file).toBe("/here/x.faultscope");
  });

  it("reads limits in seconds and mebibytes", () => {
    expect(read("--duration", "1.5", "--max-size", "2", "--pid", "7").params.limits).toEqual({
      durationS: 1.5,
      maxBytes: 2 ** 21,
    });
  });

  it.each([
    [[]],
    [["7"]],
    [["--pid", "0"]],
    [["--pid", "-3"]],
    [["--pid", "x"]],
    [["--pid", "7", "--", "ls"]],
    [["--"]],
    [["--duration", "x", "--pid", "7"]],
    [["--max-size", "-1", "--pid", "7"]],
    [["--nonsense", "--pid", "7"]],
  ])("refuses %j", (args) => expect(() => read(...args)).toThrow(UsageError));
});

it("aligns columns, breaks sentences, and shows control characters as unknown", () => {
  const columns = [
    { title: "a", align: "left" },
    { title: "count", align: "right" },
  ] as const;
  expect(table(columns, [["long", "1"]])).toBe("a     count\nlong      1\n");
  expect(wrap("one two three", 8, "  ")).toBe("one\n  two\n  three");
  expect(printable("a\u001b[31mb\n")).toBe("a\ufffd[31mb\ufffd");
});
