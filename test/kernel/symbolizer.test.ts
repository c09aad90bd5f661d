/** The symbolizer on real processes: compilers, optimisation, wrappers, inlining, containers, processes that are gone. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SiteSample } from "../../server/src/record/addon";
import { callSite, Symbolizer } from "../../server/src/record/symbolizer";

const root = join(__dirname, "../..");
const sources = join(__dirname, "symbolizer");
const folder = mkdtempSync(join(tmpdir(), "symbolizer-"));
const binary = join(folder, "symbolizer");
const at = (name: string) => join(folder, name);

const compile = (...command: readonly string[]) =>
  spawnSync(command[0] as string, command.slice(1), { encoding: "utf8" }).status === 0;
const sites = join(sources, "sites.c");

/** Compilers and options; what a machine cannot build is skipped by name. */
const BUILDS = {
  "gcc-O0": ["gcc", "-g", "-O0"],
  "gcc-O2": ["gcc", "-g", "-O2"],
  "gcc-O2-no-pie": ["gcc", "-g", "-O2", "-no-pie", "-fno-pie"],
  "gcc-O2-static": ["gcc", "-g", "-O2", "-static"],
  "gcc-O2-dwarf4": ["gcc", "-gdwarf-4", "-O2"],
  "gcc-O3-lto": ["gcc", "-g", "-O3", "-flto"],
  "clang-O2": ["clang", "-g", "-O2"],
  "clang-O0": ["clang", "-g", "-O0"],
} as const;
const built = new Set<string>();

/** Line of sites.c or plugin.c that ends in the comment `name`. */
function lineOf(name: string): number {
  for (const file of ["sites.c", "plugin.c"]) {
    const lines = readFileSync(join(sources, file), "utf8").split("\n");
    const index = lines.findIndex((line) => line.endsWith(`/* ${name} */`));
    if (index >= 0) return index + 1;
  }
  throw new Error(`no line is marked ${name}`);
}

/** A program held at its system call by the sampler. */
class Held {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  private constructor(command: readonly string[]) {
    this.#child = spawn(command[0] as string, command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
    if (this.#child.stdout === null) throw new Error("no output");
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async #line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done) throw new Error("the sampler ended early");
    return next.value;
  }

  /** Starts a program; `loaded` is called with its pid before its first instruction. */
  static async at(
    program: readonly string[],
    {
      prefix = [] as readonly string[],
      stackBytes = 512,
      loaded = async (_: number): Promise<unknown> => undefined,
    } = {},
  ): Promise<{ held: Held; sample: SiteSample }> {
    const held = new Held([...prefix, at("sampler"), `${stackBytes}`, ...program]);
    await loaded(Number((await held.#line()).replace("EXEC ", "")));
    held.#child.stdin?.write("\n");
    const [pid, tid, registers, stack] = (await held.#line()).split(" ");
    const bytes = (hex: string | undefined) => new Uint8Array(Buffer.from(hex ?? "", "hex"));
    return {
      held,
      sample: { site: 1, pid: Number(pid), tid: Number(tid), registers: bytes(registers), stack: bytes(stack) },
    };
  }

  /** Kills the program and returns when it is gone. */
  async end(): Promise<void> {
    const closed = new Promise((resolve) => this.#child.on("close", resolve));
    this.#child.stdin?.end("end\n");
    await closed;
  }
}

let symbolizer: Symbolizer;
let held: Held | undefined;
async function hold(...parameters: Parameters<typeof Held.at>): Promise<SiteSample> {
  const started = await Held.at(...parameters);
  held = started.held;
  return started.sample;
}

beforeAll(() => {
  execFileSync("make", ["-s", "-C", join(root, "native/symbolizer"), `DIST=${folder}`, `BUILD=${at("objects")}`], {
    stdio: "inherit",
  });
  execFileSync("gcc", ["-O2", "-o", at("sampler"), join(sources, "sampler.c")], { stdio: "inherit" });
  execFileSync("gcc", ["-g", "-O2", "-shared", "-fPIC", "-o", at("plugin.so"), join(sources, "plugin.c")]);
  for (const [name, command] of Object.entries(BUILDS)) {
    if (compile(...command, "-o", at(name), sites)) built.add(name);
  }
  execFileSync("strip", ["-o", at("stripped"), at("gcc-O2")]);
  execFileSync("strip", ["--strip-debug", "-o", at("no-debug"), at("gcc-O2")]);
  symbolizer = new Symbolizer({ command: [binary] });
}, 120_000);
afterEach(async () => {
  await held?.end();
  held = undefined;
});
afterAll(() => {
  symbolizer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The way a program calls, and its own frames, innermost first: function and marked line; `+` was inlined. */
const WAYS = {
  direct: ["direct direct"],
  wrappers: ["inner wrappers-inner", "outer wrappers-outer", "wrappers wrappers"],
  raw: ["raw raw"],
  assembly: ["assembly assembly"],
  inlined: ["+inlined_callee inlined-callee", "inlined inlined"],
  deep: ["direct direct", "deep deep"],
  plugin: ["plugin_entry plugin-entry", "plugin plugin"],
} as const;

describe.each(Object.keys(BUILDS))("a program built as %s", (build) => {
  it.for(Object.keys(WAYS) as (keyof typeof WAYS)[])("calls %s", async (way, { skip }) => {
    skip(!built.has(build), "the compiler or its libraries are not installed");
    skip(way === "plugin" && build.includes("static"), "a static program loads no plugin");
    const text = await symbolizer.resolve(await hold([at(build), way, at("plugin.so")]));
    const own = text.frames.filter((frame) => frame.file?.startsWith(sources));
    const seen = own.map((frame) => `${frame.inlined ? "+" : ""}${frame.function} ${frame.line}`);
    const expected = WAYS[way].map((frame) => frame.replace(/\S+$/, (mark) => `${lineOf(mark)}`));
    // Whole-program optimisation clones functions; the lines stay.
    expect(seen.slice(0, expected.length)).toEqual(expected);
    expect(callSite(text.frames)).toBe(own[0]);
    expect(text.note).toBeUndefined();
  });
});

describe("a program without lines", () => {
  it("stripped: module and offset, which addr2line of the unstripped one understands", async () => {
    const text = await symbolizer.resolve(await hold([at("stripped"), "direct"]));
    const caller = callSite(text.frames);
    expect(caller).toEqual({ module: at("stripped"), offset: expect.any(Number) });
    expect(text.note).toBe("stripped has no debug information; build it with -g, or install its debug symbols.");
    const offset = `0x${caller?.offset?.toString(16)}`;
    const line = execFileSync("addr2line", ["-e", at("gcc-O2"), offset], { encoding: "utf8" }).trim();
    expect(line).toBe(`${sites}:${lineOf("direct")}`);
  });

  it("without DWARF: the function from the symbol table", async () => {
    const text = await symbolizer.resolve(await hold([at("no-debug"), "direct"]));
    expect(callSite(text.frames)).toMatchObject({ function: "direct", module: at("no-debug") });
    expect(text.note).toContain("no debug information");
  });
});

describe("a process that changes or ends", () => {
  it("is known after its end when it was loaded before", async () => {
    const sample = await hold([at("gcc-O2"), "wrappers"], { loaded: (pid) => symbolizer.prefetch(pid) });
    expect(await symbolizer.prefetch(sample.pid)).toBeUndefined(); // now with libc, as after attach
    await held?.end();
    held = undefined;
    rmSync(at("gone"), { force: true });
    const text = await symbolizer.resolve(sample);
    expect(callSite(text.frames)).toMatchObject({ function: "inner", line: lineOf("wrappers-inner") });
  });

  it("is not known when it was not, and says so", async () => {
    const sample = await hold([at("gcc-O2"), "direct"]);
    await held?.end();
    held = undefined;
    const text = await symbolizer.resolve(sample);
    expect(text.note).toBe(`Process ${sample.pid} had ended before its call sites could be read.`);
    expect(callSite(text.frames)?.line).toBeUndefined();
  });

  it("is looked at again after an exec", async () => {
    const command = `exec ${at("gcc-O2")} direct`;
    const sample = await hold(["/bin/sh", "-c", command], { loaded: (pid) => symbolizer.prefetch(pid) });
    expect(callSite((await symbolizer.resolve(sample)).frames)?.line).toBe(lineOf("direct"));
  });

  it("is looked at again after dlopen", async () => {
    const sample = await hold([at("gcc-O2"), "plugin", at("plugin.so")], { loaded: (pid) => symbolizer.prefetch(pid) });
    expect(callSite((await symbolizer.resolve(sample)).frames)?.function).toBe("plugin_entry");
  });

  it("is read although its program was deleted", async ({ skip }) => {
    skip(process.getuid?.() !== 0, "only root may open the mapping of a deleted file");
    copyFileSync(at("gcc-O2"), at("gone"));
    const sample = await hold([at("gone"), "direct"]);
    rmSync(at("gone"));
    expect(callSite((await symbolizer.resolve(sample)).frames)?.line).toBe(lineOf("direct"));
  });

  it("is not mistaken for the file that took its program's place", async () => {
    copyFileSync(at("gcc-O2"), at("gone"));
    const sample = await hold([at("gone"), "direct"]);
    rmSync(at("gone"));
    copyFileSync(at("clang-O0"), at("gone"));
    const text = await symbolizer.resolve(sample);
    expect([lineOf("direct"), undefined]).toContain(callSite(text.frames)?.line);
    rmSync(at("gone"));
  });

  it("is read in a mount namespace of its own", async ({ skip }) => {
    const script = 'mount -t tmpfs none /mnt && cp "$0" /mnt/inside && exec "$@"';
    const prefix = ["-m", "sh", "-c", script, at("gcc-O2")];
    skip(spawnSync("unshare", [...prefix, "true"]).status !== 0, "no mount namespace allowed");
    const text = await symbolizer.resolve(await hold(["/mnt/inside", "direct"], { prefix: ["unshare", ...prefix] }));
    expect(callSite(text.frames)).toMatchObject({ module: "/mnt/inside", line: lineOf("direct") });
  });
});

describe("bad input", () => {
  it.each([0, 8, 13, 64])("a stack of %i bytes gives the frames that it holds", async (bytes) => {
    const sample = await hold([at("gcc-O2"), "assembly"]);
    const text = await symbolizer.resolve({ ...sample, stack: sample.stack.subarray(0, bytes) });
    expect(text.frames[0]).toMatchObject({ function: "assembly", line: lineOf("assembly") });
  });

  it("registers of another process give an address that is mapped nowhere", async () => {
    const sample = await hold([at("gcc-O2"), "direct"]);
    const text = await symbolizer.resolve({ ...sample, registers: new Uint8Array(64).fill(0x11) });
    expect(text.frames).toHaveLength(1);
    expect(text.note).toContain("no file was mapped");
  });

  it("debug information of noise harms one site at most", async () => {
    const whole = readFileSync(at("gcc-O2"));
    const sections = execFileSync("readelf", ["-SW", at("gcc-O2")], { encoding: "utf8" });
    const ranges = [...sections.matchAll(/\.debug_\w+\s+\S+\s+\w+ (\w+) (\w+)/g)].map(
      ([, start, size]) => [Number.parseInt(start ?? "", 16), Number.parseInt(size ?? "", 16)] as const,
    );
    expect(ranges.length).toBeGreaterThan(3);
    let seed = 12345;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * below);
    };
    for (let round = 0; round < 25; round++) {
      const broken = Buffer.from(whole);
      for (const [start, size] of ranges) {
        for (let i = 0; i < 1 + round; i++) broken[start + random(size)] = random(256);
      }
      writeFileSync(at("broken"), broken, { mode: 0o755 });
      const text = await symbolizer.resolve(await hold([at("broken"), "inlined"]));
      if (text.frames.length === 0) expect(text.note).toBeDefined();
      await held?.end();
      held = undefined;
      rmSync(at("broken"));
    }
    const after = await symbolizer.resolve(await hold([at("gcc-O2"), "direct"]));
    expect(callSite(after.frames)?.line).toBe(lineOf("direct"));
  });

  it.each([
    ["too short", Buffer.from([4, 0, 0, 0, 1, 2, 3, 4])],
    ["too large a stack", Buffer.from([24, 0, 0, 0, ...new Array(16).fill(0), 255, 255, 255, 127])],
    ["cut off", Buffer.from([200, 0, 0])],
  ])("a request that is %s ends it with one line", (_, bytes) => {
    const result = spawnSync(binary, { input: bytes, encoding: "utf8", timeout: 5000 });
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/^symbolizer: bad request: .*\n$/);
    expect(result.stdout).toBe("");
  });
});
