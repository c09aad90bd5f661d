// One boot of one kernel under QEMU without KVM. The guest's console goes to a file; its second serial line carries
// one JSON object a line, which is all the host learns from it.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { adopt } from "../../../scripts/lib/run.mjs";

const emulator = "qemu-system-x86_64";

/** Last lines of the guest's console, for the case that it says why nothing came. */
export function consoleTail(file, lines = 30) {
  if (!existsSync(file)) return "";
  // The firmware paints its screen with escape sequences before the kernel speaks.
  const text = stripVTControlCharacters(readFileSync(file, "utf8")).replace(/\r/g, "");
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

// What QEMU 7.2 gets wrong without KVM, and what it costs to go around it:
// - one thread for both processors: with a thread each, now and then an instruction runs that the kernel has just
//   patched (static keys, tracepoints, fentry), and one boot in eight of a 7.2 kernel ends in an unexpected int3;
// - no cmpxchg16b: it leaves garbage in EFLAGS, and the 6.12 kernel, which pushes them next, dies in half of the boots.
const processor = ["-accel", "tcg,thread=single", "-cpu", "Nehalem,-cx16", "-smp", "2", "-m", "1536"];
// The kernel's own test of its timer fails when the host is too busy to run the guest for a moment.
const commandLine = "console=ttyS0 panic=-1 loglevel=5 no_timer_check";

/**
 * Boots `vmlinuz` with `initramfs` and calls `onMessage(object)` for each line of the guest. Resolves, when the guest
 * has powered off, to undefined, or to one sentence about what went wrong: it hung, panicked, or QEMU failed.
 */
export function boot({ vmlinuz, initramfs, consoleFile, limitS, onMessage }) {
  const child = adopt(
    spawn(
      emulator,
      processor
        .concat(["-nodefaults", "-display", "none", "-no-reboot"])
        .concat(["-kernel", vmlinuz, "-initrd", initramfs, "-append", commandLine])
        .concat(["-serial", `file:${consoleFile}`, "-serial", "stdio"]),
      { stdio: ["ignore", "pipe", "pipe"] },
    ),
  );
  return new Promise((resolve) => {
    let problem;
    let complaints = "";
    const timer = setTimeout(() => {
      problem = `The guest was not done after ${limitS} s and was stopped.`;
      child.kill("SIGKILL");
    }, limitS * 1000);
    child.stderr.setEncoding("utf8").on("data", (text) => {
      complaints += text;
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.trim() === "") return;
      try {
        onMessage(JSON.parse(line));
      } catch (error) {
        problem ??= `The guest sent what is not a message: ${line.slice(0, 200)} (${error.message})`;
      }
    });
    child.on("error", (error) => {
      problem = `${emulator} did not start: ${error.message}`;
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0) problem ??= `${emulator} ended with ${signal ?? `exit code ${code}`}: ${complaints.trim()}`;
      resolve(problem);
    });
  });
}
