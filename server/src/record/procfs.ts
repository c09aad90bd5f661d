/** Reading /proc: files that vanish and files one may not read are ordinary there. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Why a file of /proc gave nothing: it is gone, or it is not ours to read. */
export type Absence = "gone" | "denied";

export type Reading<T> = { readonly value: T } | { readonly absent: Absence };

function attempt<T>(read: () => T): Reading<T> {
  try {
    return { value: read() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { absent: code === "EACCES" || code === "EPERM" ? "denied" : "gone" };
  }
}

export const readText = (path: string): Reading<string> => attempt(() => readFileSync(path, "utf8"));
export const readLink = (path: string): Reading<string> => attempt(() => readlinkSync(path));
export const listFolder = (path: string): Reading<string[]> => attempt(() => readdirSync(path));

/** The value, or undefined whatever the reason. */
export function present<T>(reading: Reading<T>): T | undefined {
  return "value" in reading ? reading.value : undefined;
}

/** Command line of a process, or its name in brackets when it has none (kernel threads, zombies). */
export function commandOf(pid: number): string {
  const line = (present(readText(`/proc/${pid}/cmdline`)) ?? "").replace(/\0+$/, "").replaceAll("\0", " ").trim();
  if (line !== "") return line;
  const name = present(readText(`/proc/${pid}/comm`))?.trim();
  return name === undefined ? "" : `[${name}]`;
}

/** Start time in clock ticks since boot, which tells a process from a later one with its pid; undefined when it has ended. */
export function startOf(pid: number): string | undefined {
  const stat = present(readText(`/proc/${pid}/stat`));
  if (stat === undefined) return undefined;
  // The name, in parentheses, may contain anything.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? undefined : rest[18];
}
