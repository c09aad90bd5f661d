import { afterEach, describe, expect, it } from "vitest";
import type { SiteSample } from "./addon";
import { callSite, Symbolizer } from "./symbolizer";
import { encodeRequest, parseAnswer, siteText } from "./symbolizerProtocol";

/**
 * A symbolizer of a few lines that behaves by the pid it is asked for: 1 answers, 2 dies, 3 never answers, 4 answers
 * nonsense, 5 answers in pieces, 6 answers for another site, 7 says the process is gone, 8 says too much. The answer's
 * file names the processes that were loaded before.
 */
const FAKE = `
let bytes = Buffer.alloc(0);
const loaded = [];
process.stdin.on("data", (data) => {
  bytes = Buffer.concat([bytes, data]);
  while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32LE(0)) {
    const length = bytes.readUInt32LE(0);
    serve(bytes.subarray(4, 4 + length));
    bytes = bytes.subarray(4 + length);
  }
});
function serve(request) {
  const [site, pid, tid, registers, stack] = [0, 4, 8, 12, 16].map((at) => request.readUInt32LE(at));
  if (request.length !== 20 + registers + stack) process.exit(9);
  if (registers === 0 && pid !== 2) loaded.push(pid);
  const frame = { function: "f" + tid, file: "/src/" + loaded.join("-") + "/a.c", line: stack, module: "/bin/a", offset: 7 };
  const line = JSON.stringify({ site, frames: registers === 0 ? [] : [frame] }) + "\\n";
  if (pid === 1) process.stdout.write(line);
  if (pid === 2) process.kill(process.pid, "SIGSEGV");
  if (pid === 4) process.stdout.write("Segmentation fault\\n");
  if (pid === 5) { process.stdout.write(line.slice(0, 9)); setTimeout(() => process.stdout.write(line.slice(9)), 20); }
  if (pid === 6) process.stdout.write(JSON.stringify({ site: site + 1, frames: [] }) + "\\n");
  if (pid === 7) process.stdout.write(JSON.stringify({ site, frames: [], note: "No such process" }) + "\\n");
  if (pid === 8) process.stdout.write(line + line);
}`;

const sample = (site: number, pid: number): SiteSample => ({
  site,
  pid,
  tid: pid,
  registers: new Uint8Array(64),
  stack: new Uint8Array(12),
});

// Each crash starts another node, which takes long on a busy machine.
describe("Symbolizer", { timeout: 60_000 }, () => {
  let symbolizer: Symbolizer | undefined;
  const start = (options: { timeoutMs?: number; maxQueue?: number } = {}) => {
    symbolizer = new Symbolizer({ command: [process.execPath, "-e", FAKE], ...options });
    return symbolizer;
  };
  afterEach(() => symbolizer?.close());

  it("answers many sites in order, whole or in pieces", async () => {
    const s = start();
    const texts = await Promise.all([sample(1, 1), sample(2, 5), sample(3, 1)].map((each) => s.resolve(each)));
    expect(texts.map((text) => text.frames[0]?.function)).toEqual(["f1", "f5", "f1"]);
    expect(texts[0]).toEqual({
      frames: [{ function: "f1", file: "/src/a.c", line: 12, module: "/bin/a", offset: 7 }],
    });
    expect(s.losses).toEqual({ crashed: 0, timedOut: 0, dropped: 0 });
  });

  it.each([
    [2, "SIGSEGV"],
    [4, "not understood"],
    [6, "not understood"],
    [8, "not understood"],
  ])("loses one site when the process misbehaves (%i), and goes on", async (pid, reason) => {
    const s = start();
    const [lost, next] = await Promise.all([s.resolve(sample(1, pid)), s.resolve(sample(2, 1))]);
    expect(lost.frames).toEqual([]);
    expect(lost.note).toContain(reason);
    expect(next.frames).toHaveLength(1);
    expect(s.losses).toEqual({ crashed: 1, timedOut: 0, dropped: 0 });
  });

  it("gives up on a site that takes too long", async () => {
    const s = start({ timeoutMs: 3000 });
    const [lost, next] = await Promise.all([s.resolve(sample(1, 3)), s.resolve(sample(2, 1))]);
    expect(lost).toEqual({ frames: [], note: "Reading this call site took too long." });
    expect(next.frames).toHaveLength(1);
    expect(s.losses).toEqual({ crashed: 0, timedOut: 1, dropped: 0 });
  });

  it("loads the same processes again after a crash", async () => {
    const s = start();
    expect(await s.prefetch(1)).toBeUndefined();
    await s.resolve(sample(1, 2));
    const text = await s.resolve(sample(2, 1));
    expect(text.frames[0]?.file).toBe("/src/1/a.c");
  });

  it("does not load again what crashed it", async () => {
    const s = start();
    expect(await s.prefetch(2)).toContain("SIGSEGV");
    expect((await s.resolve(sample(1, 1))).frames).toHaveLength(1);
    expect(s.losses.crashed).toBe(0); // no site was lost
  });

  it("says why a process could not be loaded", async () => {
    expect(await start().prefetch(7)).toBe("Process 7 had ended before its call sites could be read.");
  });

  it("bounds its queue and counts what it drops", async () => {
    const s = start({ maxQueue: 2 });
    const texts = await Promise.all([1, 2, 3, 4, 5].map((site) => s.resolve(sample(site, 1))));
    expect(texts.map((text) => text.frames.length)).toEqual([1, 1, 1, 0, 0]);
    expect(texts[4]?.note).toContain("Too many call sites");
    expect(s.losses.dropped).toBe(2);
  });

  it("stops trying after failures in a row", async () => {
    const s = start();
    const texts = await Promise.all(Array.from({ length: 12 }, (_, site) => s.resolve(sample(site, 2))));
    expect(texts.at(-1)?.note).toContain("8 times in a row");
    expect((await s.resolve(sample(99, 1))).note).toContain("8 times in a row");
    expect(s.losses).toEqual({ crashed: 8, timedOut: 0, dropped: 5 });
  });

  it("says what cannot be started", async () => {
    const s = new Symbolizer({ command: ["/nonexistent/symbolizer"] });
    const text = await s.resolve(sample(1, 1));
    expect(text.note).toMatch(/^Call sites have no source lines: \/nonexistent\/symbolizer could not be started/);
    expect((await s.resolve(sample(2, 1))).note).toBe(text.note);
    expect(s.losses.dropped).toBe(2);
  });

  it("answers what waits when it is closed", async () => {
    const s = start();
    const waiting = [s.resolve(sample(1, 3)), s.resolve(sample(2, 3))];
    s.close();
    for (const text of await Promise.all(waiting)) expect(text.note).toContain("closed");
  });
});

describe("the protocol", () => {
  it("writes a request as its parts", () => {
    const request = encodeRequest({ ...sample(3, 4), tid: 5 });
    expect(request.length).toBe(4 + 20 + 64 + 12);
    expect([0, 4, 8, 12, 16, 20].map((at) => request.readUInt32LE(at))).toEqual([96, 3, 4, 5, 64, 12]);
  });

  it("never sends registers of another length, or too much stack", () => {
    expect(encodeRequest({ ...sample(1, 1), registers: new Uint8Array(63) }).length).toBe(24);
    expect(encodeRequest({ ...sample(1, 1), stack: new Uint8Array(70_000) }).readUInt32LE(20)).toBe(65_536);
  });

  it.each(["", "{", "null", "[]", '{"site":-1,"frames":[]}', '{"site":1.5,"frames":[]}', '{"site":1}'])(
    "refuses %j",
    (line) => {
      expect(parseAnswer(line)).toBeUndefined();
    },
  );

  it("leaves out what is not what it should be", () => {
    const answer = parseAnswer('{"site":1,"frames":[null,7,{"function":3,"line":-1,"offset":1e300,"module":"/m"}]}');
    expect(answer).toEqual({ site: 1, frames: [{ module: "/m" }] });
  });

  it("makes the path of a file plain", () => {
    const answer = parseAnswer('{"site":1,"frames":[{"file":"/build/./x/../a.c"},{"file":"./a.c"}]}');
    expect(answer?.frames.map((frame) => frame.file)).toEqual(["/build/a.c", "./a.c"]);
  });

  it.each([
    ["no-debug-info", /^a has no debug information; build it with -g/],
    ["no-unit", /does not cover this code\.$/],
    ["line-0", /merged calls/],
    ["unreadable", /^\/opt\/a could not be opened/],
    ["deleted", /^\/opt\/a was deleted or replaced/],
    ["jit", /made at run time/],
    ["unmapped", /no file was mapped/],
    ["a word of a newer symbolizer", /no file was mapped/],
  ])("has a sentence for %s", (why, sentence) => {
    const frames = [
      { function: "ioctl", module: "/lib/libc.so.6", line: 35 },
      { module: "/opt/a", offset: 4, why },
    ];
    const text = siteText({ site: 1, frames }, 9);
    expect(text.note).toMatch(sentence);
    expect(text.frames[1]).toEqual({ module: "/opt/a", offset: 4 });
    expect(callSite(text.frames)).toBe(text.frames[1]);
  });

  it("adds no note when the caller has a line, whatever frames around it lack", () => {
    const frames = [{ function: "ioctl", why: "no-debug-info" }, { function: "main", line: 3 }, { why: "line-0" }];
    expect(siteText({ site: 1, frames }, 9).note).toBeUndefined();
  });

  it("says whose mappings could not be read", () => {
    expect(siteText({ site: 1, frames: [], failure: "Permission denied" }, 9).note).toBe(
      "The mappings of process 9 could not be read: Permission denied.",
    );
  });
});
