/** Tells a process from a later one that got the same pid. */
import { readFile } from "node:fs/promises";

/** Boot id and start time of a process; undefined when there is no such process or /proc may not be read. */
export async function processIdentity(pid: number, proc = "/proc"): Promise<string | undefined> {
  try {
    const [boot, stat] = await Promise.all([
      readFile(`${proc}/sys/kernel/random/boot_id`, "utf8"),
      readFile(`${proc}/${pid}/stat`, "utf8"),
    ]);
    const startTicks = startTicksOf(stat);
    return startTicks === undefined ? undefined : `${boot.trim()}:${startTicks}`;
  } catch {
    // Gone, or not ours to read: either way it cannot be recognised.
    return undefined;
  }
}

/** Field 22 of /proc/PID/stat. The command in field 2 may itself hold spaces and parentheses. */
export function startTicksOf(stat: string): string | undefined {
  return stat
    .slice(stat.lastIndexOf(")") + 1)
    .trim()
    .split(" ")[19];
}
