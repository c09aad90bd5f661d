/**
 * The way without privilege: a library that the program loads (`native/preload`). What it cannot see is said before the
 * program runs where that can be known, and in the report in any case.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Problem } from "#protocol/session";
import { grantCommand } from "./doctorPrivilege";

const LIBRARY = "libfaultscope-preload.so";
/** Enough for the program headers of any linker. */
const HEADER_BYTES = 4096;
const ELF_MAGIC = 0x7f454c46;
const PT_INTERP = 3;

export function preloadLibrary(native: string): string {
  return join(native, LIBRARY);
}

/** What cures everything that the library cannot do. */
function useProbe(native: string): Pick<Problem, "remedy" | "commands"> {
  const command = grantCommand(join(native, "probe"));
  return {
    remedy: `The probe sees every program; grant it its capabilities once: \`${command}\``,
    commands: [command],
  };
}

function executable(command: string, cwd: string): string | undefined {
  if (command.includes("/")) return resolve(cwd, command);
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder || cwd, command)).find((path) => existsSync(path));
}

function head(path: string): Buffer {
  const buffer = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, "r");
  try {
    return buffer.subarray(0, readSync(file, buffer));
  } finally {
    closeSync(file);
  }
}

/** True for an ELF program without an interpreter: nothing loads libraries into it. Scripts and other files are not. */
export function isStatic(bytes: Buffer): boolean {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== ELF_MAGIC) return false;
  const first = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  for (let index = 0; index < count; index++) {
    const at = first + index * size;
    if (at + 4 > bytes.length) return false;
    if (bytes.readUInt32LE(at) === PT_INTERP) return false;
  }
  return true;
}

/** Why the library would not be loaded by the program; undefined when it would, as far as its file tells. */
export function cannotPreload(native: string, command: string, cwd: string): Problem | undefined {
  const library = preloadLibrary(native);
  if (!existsSync(library)) {
    return {
      code: "preload-missing",
      message: `The preload library ${library} does not exist.`,
      remedy: "Build the native parts with `npm run setup && npm run build`.",
    };
  }
  if (/[\s:]/.test(library)) {
    const message = `The path of the preload library, ${library}, holds a blank or a colon, which LD_PRELOAD cannot.`;
    return { code: "preload-path", message, remedy: "Install Faultscope under a path without them." };
  }
  const path = executable(command, cwd);
  if (path === undefined) return undefined;
  try {
    const { mode, uid } = statSync(path);
    if ((mode & 0o4000) !== 0 && uid !== process.geteuid?.()) {
      const message = `${command} runs as another user (setuid), so it does not load the preload library.`;
      return { code: "not-preloadable", message, ...useProbe(native) };
    }
    if (!isStatic(head(path))) return undefined;
  } catch {
    return undefined; // not readable for us: whether it loads the library is seen when it runs
  }
  const message = `${command} is statically linked, so it does not load the preload library: nothing could be recorded.`;
  return { code: "not-preloadable", message, ...useProbe(native) };
}

/** What a recording by the library does not hold, whole sentences. `why`: the reason for not taking the probe. */
export function preloadLimits(why: string | undefined, faultless: string | undefined): readonly string[] {
  const reason = why === undefined ? "as asked for" : `because the probe cannot be used: ${why.replace(/\.$/, "")}`;
  return [
    `Recorded by the preload library, ${reason}.`,
    "It does not see static and setuid programs, raw system calls (Go, inline assembly), children started with an environment of their own, what libc does inside itself, pinned buffers and ksmd.",
    ...(faultless === undefined
      ? [
          "Faults are those of user mode whose message was read; wakes are not seen, so a fault counts as woken when the call that resolved it ended.",
        ]
      : [`Faults were not recorded: ${faultless}. \`sysctl kernel.perf_event_paranoid=2\` allows them.`]),
  ];
}

/** Why a recording by the library is empty; undefined when it is not. `holders`: processes seen to hold a userfaultfd. */
export function whyEmpty(
  native: string,
  recorded: { readonly loaded: number; readonly calls: number; readonly holders: readonly number[] },
): Problem | undefined {
  if (recorded.calls > 0) return undefined;
  if (recorded.loaded === 0) {
    const message =
      "Nothing was recorded: the program did not load the preload library, as static and setuid programs and those with another C library do not.";
    return { code: "not-preloaded", message, ...useProbe(native) };
  }
  const [pid] = recorded.holders;
  if (pid === undefined) return undefined;
  const message = `Nothing was recorded: process ${pid} held a userfaultfd, but none of its calls went through the preload library: it is static, or makes raw system calls as Go and inline assembly do.`;
  return { code: "raw-calls", message, ...useProbe(native) };
}
