// The measured program (workloads/light.c) as a process that is told what to do, one thing at a time.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { inTime } from "./tools.mjs";

const sources = join(dirname(fileURLToPath(import.meta.url)), "../workloads");

/** Compiles it; its path. */
export function buildWorkload() {
  const folder = join(sources, "build");
  const program = join(folder, "light");
  mkdirSync(folder, { recursive: true });
  const files = ["light.c", "pages.c"].map((name) => join(sources, name));
  const flags = ["-D_GNU_SOURCE", "-std=gnu11", "-g", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"];
  execFileSync("cc", [...flags, ...files, "-o", program], { stdio: "inherit" });
  return program;
}

export class Workload {
  /** How often each work was done since the start. */
  counts = {};

  constructor(child) {
    this.child = child;
    this.pid = child.pid;
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(program) {
    const workload = new Workload(spawn(program, { stdio: ["pipe", "pipe", "inherit"] }));
    await workload.line();
    return workload;
  }

  async line() {
    const { done, value } = await this.lines.next();
    if (done) throw new Error("The measured program ended early.");
    return value;
  }

  /** Does one kind of work for so long; what once costs, ns. */
  async run(work, ms) {
    this.child.stdin.write(`${work} ${ms}\n`);
    const [count, ns] = (await inTime(work, this.line())).split(" ").map(Number);
    this.counts[work] = (this.counts[work] ?? 0) + count;
    return ns;
  }

  /** It holds nothing worth a good end. */
  end() {
    this.child.kill("SIGKILL");
  }
}
