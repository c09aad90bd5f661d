/** Runs a program with or without Faultscope; what it printed, how it ended, and what was recorded of it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../../protocol/report";
import { cli } from "./machine";
import { gate } from "./observer";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(command: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  const [file, ...args] = command;
  const child = spawn(file as string, args, { stdio: ["ignore", "pipe", "pipe"], env });
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes: Buffer) => {
    text.stdout += bytes;
  });
  child.stderr.on("data", (bytes: Buffer) => {
    text.stderr += bytes;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...text }));
  });
}

export interface Recorded extends Ran {
  readonly report: Report;
  /** The first process of the recorded tree. */
  readonly pid: number;
}

/** Records a command into `folder`, from its first instruction to its end. The program's own output is `stdout`. */
export async function record(command: readonly string[], folder: string): Promise<Recorded> {
  const file = join(folder, "run.faultscope");
  const told = join(folder, "pid");
  const faultscope = [process.execPath, cli];
  const ran = await run([...faultscope, "record", "-o", file, "--", gate, ...command], {
    ...process.env,
    OBSERVED_PID: told,
  });
  if (ran.status !== 0) throw new Error(`faultscope record ended with ${ran.status}:\n${ran.stderr}`);
  const report = await run([...faultscope, "report", "--json", file]);
  if (report.status !== 0) throw new Error(`faultscope report ended with ${report.status}:\n${report.stderr}`);
  return { ...ran, report: JSON.parse(report.stdout) as Report, pid: Number(readFileSync(told, "utf8")) };
}
