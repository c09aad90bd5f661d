/** What a process holds of the kernel's tracing, read from /proc. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it has ended
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

const pids = (): readonly number[] =>
  listed("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** Processes that run this executable, whoever started them. A file that was replaced is another one. */
export const running = (file: string): readonly number[] =>
  pids().filter((pid) => link(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "") === file);

export function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** "prog ID", "map ID" and "link ID" of what a process has descriptors of. */
export function bpfOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fdinfo`;
  return listed(folder).flatMap((fd) => {
    try {
      const text = readFileSync(join(folder, fd), "utf8");
      return [...text.matchAll(/^(prog|map|link)_id:\s*(\d+)/gm)].map(([, kind, id]) => `${kind} ${id}`);
    } catch {
      return [];
    }
  });
}

/** How many perf events a process has open. */
export const perfEventsOf = (pid: number): number =>
  listed(`/proc/${pid}/fd`).filter((fd) => link(`/proc/${pid}/fd/${fd}`) === "anon_inode:[perf_event]").length;
