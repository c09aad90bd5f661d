/** The independent observer: bpftrace with observer.bt, in a mount namespace of its own because it needs tracefs. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Counts, callName, messageName, sum, tally } from "./counts";
import { until } from "./machine";

const here = join(import.meta.dirname, "..");
export const gate = join(here, "observed-gate");

const START =
  '[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing; exec bpftrace -f json "$0"';

type Maps = Readonly<Record<string, Readonly<Record<string, number>>>>;

export class Observer {
  private readonly ended = new Map<number, Maps>();
  private maps: Record<string, Record<string, number>> = {};
  private words = "";

  private constructor(private readonly child: ChildProcess) {
    if (!child.stdout || !child.stderr) throw new Error("bpftrace has no output");
    createInterface({ input: child.stdout }).on("line", (line) => this.read(line));
    child.stderr.on("data", (bytes: Buffer) => {
      this.words += bytes;
    });
  }

  /** Starts it and waits until it sees: `program` is run until its calls are counted. */
  static async start(program: string, calls: number): Promise<Observer> {
    const args = ["--mount", "--propagation", "private", "sh", "-c", START, join(here, "observer.bt")];
    const observer = new Observer(spawn("unshare", args, { stdio: ["ignore", "pipe", "pipe"] }));
    const folder = mkdtempSync(join(tmpdir(), "faultscope-observer-"));
    try {
      const file = join(folder, "pid");
      const started: number[] = [];
      await until(`bpftrace counts the ${calls} calls of ${program}`, () => {
        if (observer.child.exitCode !== null) throw new Error(`bpftrace ended:\n${observer.words}`);
        if (started.some((pid) => sum(observer.callsOf(pid)) === calls)) return true;
        spawnSync(gate, [program], { env: { ...process.env, OBSERVED_PID: file } });
        started.push(Number(readFileSync(file, "utf8")));
        return undefined;
      });
      return observer;
    } catch (error) {
      await observer.stop();
      throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private read(line: string): void {
    if (!line.startsWith("{")) return;
    const { type, data } = JSON.parse(line) as { type: string; data: unknown };
    if (type === "map") Object.assign(this.maps, data);
    else if (type === "printf") {
      const pid = Number(/^ended (\d+)/.exec(String(data))?.[1]);
      this.ended.set(pid, this.maps);
      this.maps = {};
    } else if (type === "lost_events") this.words += `bpftrace lost events: ${line}\n`;
  }

  private rows(map: string, pid: number): (readonly [readonly number[], number])[] {
    return Object.entries(this.ended.get(pid)?.[map] ?? {})
      .map(([key, count]) => [key.split(",").map(Number), count] as const)
      .filter(([[tree]]) => tree === pid);
  }

  private callsOf(pid: number): Record<string, number> {
    return tally(this.rows("@calls", pid).map(([[, request, errno], n]) => [callName(request ?? 0, errno ?? 0), n]));
  }

  /** What the tree that began with this process did; waits until that process has ended. */
  async counts(pid: number): Promise<Counts> {
    await until(`bpftrace saw process ${pid} end`, () => this.ended.has(pid));
    if (/lost|could not|map (is )?full/i.test(this.words)) {
      throw new Error(`The observer is incomplete:\n${this.words}`);
    }
    if (this.rows("@beyond", pid).length > 0) throw new Error("A read returned more messages than bpftrace looks at.");
    const messages = this.rows("@messages", pid).map(([[, kind], n]) => [messageName(kind ?? 0), n] as const);
    return { calls: this.callsOf(pid), messages: tally(messages) };
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGINT");
    // bpftrace 0.17 looks at its flag and then waits without end: a signal between the two is lost on it.
    const again = setInterval(() => this.child.kill("SIGINT"), 1000);
    await gone;
    clearInterval(again);
  }
}
