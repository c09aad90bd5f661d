import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { until } from "./until.ts";

/** What the compactor measured of itself, as far as the tests compare it. */
export interface Truth {
  readonly pid: number;
  readonly ioctls: readonly OpCounts[];
  readonly messages: Readonly<Record<string, number>>;
  readonly verified: { readonly wrong: number };
}

export interface OpCounts {
  readonly op: string;
  readonly calls: number;
  readonly ok: number;
  readonly partial: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** A running compactor. */
export interface Compactor {
  readonly pid: number;
  /** Lets one that was started with `--hold` go. */
  go(): void;
  /** Asks it to end after the round at hand, and returns what it measured. */
  finish(): Promise<Truth>;
  kill(): void;
}

/** Starts a compactor and waits until it holds a userfaultfd. */
export async function startCompactor(program: string, json: string, args: readonly string[]): Promise<Compactor> {
  const child = spawn(program, [...args, "--json", json], { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${program} did not start.`);
  const ended = endOf(child);
  await until("the compactor holds a userfaultfd", () => holdsUserfaultfd(pid));
  return {
    pid,
    go: () => child.kill("SIGUSR1"),
    async finish() {
      child.kill("SIGTERM");
      const code = await ended;
      if (code !== 0) throw new Error(`The compactor ended with ${code}: ${complaint}`);
      return JSON.parse(readFileSync(json, "utf8"));
    },
    kill: () => child.kill("SIGKILL"),
  };
}

const endOf = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("exit", resolve));

function holdsUserfaultfd(pid: number): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`).includes("userfaultfd"));
}

/** Counts by op in one order, without what can be compared only by chance (durations). */
export function counts(ioctls: readonly OpCounts[]): OpCounts[] {
  return ioctls
    .filter(({ calls }) => calls > 0)
    .map(({ op, calls, ok, partial, errors }) => ({ op, calls, ok, partial, errors }))
    .sort((a, b) => a.op.localeCompare(b.op));
}
