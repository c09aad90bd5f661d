import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import type { Program } from "./labels";

/** One request as the kernel answered it, or how many threads were `BLOCKED` for good at the end; `at` are `file:line` of the callers, innermost first. */
export interface Answer {
  readonly op: string;
  readonly outcome: string;
  readonly at: readonly string[];
}

const OPS: Readonly<Record<number, string>> = {
  0: "REGISTER",
  1: "UNREGISTER",
  2: "WAKE",
  3: "COPY",
  4: "ZEROPAGE",
  5: "MOVE",
  6: "WRITEPROTECT",
  7: "CONTINUE",
  8: "POISON",
  63: "API",
};
/** The same from the sources and from the bundle in build/. */
const RUNNER = fileURLToPath(new URL("../runner/", import.meta.url));
const KSM = "/sys/kernel/mm/ksm";
const TIME_LIMIT_MS = 15_000;

function errnoName(value: number): string {
  if (value === 0) return "ok";
  for (const [name, v] of Object.entries(constants.errno)) if (v === value) return name;
  return String(value);
}

/** Why the programs cannot be run here, or undefined when they can. */
export function obstacle(language: "c" | "ts", modules = koffiFolder()): string | undefined {
  if (process.getuid?.() !== 0) return "userfaultfd and KSM need root here";
  if (spawnSync("gcc", ["--version"]).status !== 0) return "no gcc";
  if (language === "ts" && !existsSync(join(modules, "node_modules", "koffi"))) {
    return `no koffi in ${modules}; \`node test/verdicts/verdicts.mjs --check\` puts it there`;
  }
  return undefined;
}

/** The folder that holds node_modules/koffi: VERDICTS_MODULES, or one in the temporary folder. */
export function koffiFolder(): string {
  return process.env.VERDICTS_MODULES ?? join(tmpdir(), "faultscope-verdicts");
}

/** Installs koffi where `koffiFolder` says, unless it is there. Throws npm's words when that fails. */
export function installKoffi(): void {
  const folder = koffiFolder();
  if (existsSync(join(folder, "node_modules", "koffi"))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const made = spawnSync("npm", ["install", "--no-audit", "--no-fund", "koffi@3.3.4"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`npm could not install koffi: ${made.stderr}`);
}

/** Builds and runs programs, in a folder of its own. */
export class Kernel {
  private readonly folder = mkdtempSync(join(tmpdir(), "faultscope-verdict-"));
  private readonly hook = join(this.folder, "watch.so");

  constructor() {
    this.must("gcc", ["-shared", "-fPIC", "-O1", "-Wall", "-o", this.hook, join(RUNNER, "watch.c"), "-ldl"]);
  }

  /** What the kernel answered to every request of one run. Throws when the program does not build or does not end. */
  run(program: Program, ksm: boolean): Answer[] {
    const restore = ksm ? switchKsm() : undefined;
    try {
      return program.language === "c" ? this.runC(program) : this.runTs(program);
    } finally {
      restore?.();
    }
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private runC(program: Program): Answer[] {
    const exe = join(this.folder, "program");
    const sources = program.files.filter((f) => /\.(?:c|cc)$/.test(f));
    this.must(sources.some((f) => f.endsWith(".cc")) ? "g++" : "gcc", [
      "-g",
      "-O0",
      "-no-pie",
      "-fno-pie",
      "-pthread",
      "-Wall",
      "-Werror",
      "-o",
      exe,
      ...sources,
      "-lutil",
    ]);
    const rows = this.execute(program, exe, [], { LD_PRELOAD: this.hook });
    const addresses = [...new Set(rows.flatMap((r) => r.slice(2)))];
    // Return addresses point behind the call, which may be the next line already.
    const before = addresses.map((a) => `0x${(BigInt(a) - 1n).toString(16)}`);
    const lines = this.must("addr2line", ["-e", exe, ...before])
      .trim()
      .split("\n");
    const names = new Set(program.files.map((f) => basename(f)));
    const place = new Map<string, string | undefined>();
    addresses.forEach((a, i) => {
      const m = /([^/]+):(\d+)/.exec(lines[i] ?? "");
      place.set(a, m?.[1] && names.has(m[1]) ? `${m[1]}:${m[2]}` : undefined);
    });
    return rows.map((r) =>
      answer(
        r,
        r.slice(2).flatMap((a) => place.get(a) ?? []),
      ),
    );
  }

  private runTs(program: Program): Answer[] {
    const file = program.files[0] ?? "";
    const compiled = join(this.folder, "program.cjs");
    const made = transformSync(readFileSync(file, "utf8"), {
      loader: "ts",
      format: "cjs",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      sourcefile: basename(file),
    });
    writeFileSync(compiled, made.code);
    const args = ["--enable-source-maps", "--require", join(RUNNER, "watch.cjs"), compiled];
    const modules = koffiFolder();
    const env = { NODE_PATH: join(modules, "node_modules"), VERDICTS_MODULES: modules };
    return this.execute(program, process.execPath, args, env).map((r) => answer(r, r.slice(2)));
  }

  private execute(program: Program, exe: string, args: readonly string[], env: Record<string, string>): string[][] {
    const log = join(this.folder, "log");
    rmSync(log, { force: true });
    const ended = spawnSync(exe, args, {
      env: { ...process.env, ...env, VERDICTS_LOG: log },
      cwd: this.folder,
      encoding: "utf8",
      timeout: TIME_LIMIT_MS,
      killSignal: "SIGKILL",
    });
    if (ended.signal) throw new Error(`${program.name} was ended by ${ended.signal}: ${ended.stdout}${ended.stderr}`);
    if (!existsSync(log)) throw new Error(`${program.name} made no request: ${ended.stdout}${ended.stderr}`);
    const text = readFileSync(log, "utf8").trim();
    return text.split("\n").map((l) => l.trim().split(" "));
  }

  private must(command: string, args: readonly string[]): string {
    const made = spawnSync(command, args, { encoding: "utf8" });
    if (made.status !== 0)
      throw new Error(`${command} ${args.join(" ")} failed: ${made.stderr || made.error?.message}`);
    return made.stdout;
  }
}

function answer(row: readonly string[], at: readonly string[]): Answer {
  if (row[0] === "blocked") return { op: "BLOCKED", outcome: row[1] ?? "0", at: [] };
  const number = Number(row[0]);
  return { op: OPS[number] ?? `0x${number.toString(16)}`, outcome: errnoName(Number(row[1])), at };
}

/** Lets ksmd merge as fast as it can; the returned function puts everything back. */
function switchKsm(): () => void {
  const wanted = { pages_to_scan: "20000", sleep_millisecs: "1", run: "1" };
  const before = Object.keys(wanted).map((k) => [k, readFileSync(join(KSM, k), "utf8").trim()] as const);
  for (const [k, v] of Object.entries(wanted)) writeFileSync(join(KSM, k), v);
  return () => {
    for (const [k, v] of before) writeFileSync(join(KSM, k), v);
  };
}
