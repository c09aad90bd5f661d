/** Processes that hold a userfaultfd, found by walking /proc; needs no privilege, but sees only what the user may read. */
import type { Target, TargetList } from "#protocol/session";
import { commandOf, listFolder, present, readLink, readText } from "./procfs";

const LINK = "anon_inode:[userfaultfd]";

/** Descriptors of a process that are userfaultfds; undefined when they may not be listed. */
export function userfaultfds(pid: number): number[] | undefined {
  const fds = listFolder(`/proc/${pid}/fd`);
  if ("absent" in fds) return fds.absent === "denied" ? undefined : [];
  return fds.value
    .filter((fd) => present(readLink(`/proc/${pid}/fd/${fd}`)) === LINK)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Faults that wait on one descriptor: fdinfo's `total`, unread ones included. */
export function pendingFaults(fdinfo: string): number {
  return Number(/^total:\s*(\d+)/m.exec(fdinfo)?.[1] ?? 0);
}

/** Bytes of the mappings whose VmFlags say that they are registered (um missing, uw write-protect, ui minor). */
export function registeredBytes(smaps: string): number {
  let bytes = 0;
  let size = 0;
  for (const line of smaps.split("\n")) {
    if (line.startsWith("Size:")) size = Number(/\d+/.exec(line)?.[0] ?? 0) * 1024;
    else if (line.startsWith("VmFlags:") && /\b(um|uw|ui)\b/.test(line)) bytes += size;
  }
  return bytes;
}

/** Lines of /etc/passwd as user id → name. */
export function userNames(passwd: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of passwd.split("\n")) {
    const [name, , uid] = line.split(":");
    if (name && uid !== undefined && !names.has(uid)) names.set(uid, name);
  }
  return names;
}

/** Our own probes hold one to learn from; they are nobody's target. */
function isProbe(pid: number): boolean {
  return commandOf(pid)
    .split(" ")
    .some((word) => word.endsWith("/native/probe"));
}

function describe(pid: number, fds: readonly number[], names: ReadonlyMap<string, string>): Target {
  const status = present(readText(`/proc/${pid}/status`)) ?? "";
  const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? "";
  const waiting = fds.map((fd) => pendingFaults(present(readText(`/proc/${pid}/fdinfo/${fd}`)) ?? ""));
  return {
    pid,
    command: commandOf(pid),
    user: names.get(uid) ?? uid,
    fds,
    registeredBytes: registeredBytes(present(readText(`/proc/${pid}/smaps`)) ?? ""),
    pendingFaults: waiting.reduce((sum, count) => sum + count, 0),
  };
}

/** All processes that hold a userfaultfd and that the user may look at; how many could not be looked at. */
export async function listTargets(): Promise<TargetList> {
  const names = userNames(present(readText("/etc/passwd")) ?? "");
  const pids = (present(listFolder("/proc")) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);
  const targets: Target[] = [];
  let unreadable = 0;
  let sinceYield = 0;
  for (const pid of pids) {
    const fds = userfaultfds(pid);
    if (fds === undefined) unreadable++;
    else if (fds.length > 0 && !isProbe(pid)) targets.push(describe(pid, fds, names));
    // Thousands of processes must not hold up whoever else shares this thread.
    if (++sinceYield % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { targets: targets.sort((a, b) => b.pid - a.pid), unreadable };
}
