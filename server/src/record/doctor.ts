/** What tracing needs of this machine, and the remedy for what is not there. */
import { release } from "node:os";
import { join } from "node:path";
import type { DoctorCheck } from "#protocol/session";
import { checkPreload, withoutProbe } from "./doctorPreload";
import { checkPrivilege, mayMount } from "./doctorPrivilege";
import { type Facts, machineFacts } from "./machineFacts";

/** The shell command that makes the cheap hooks possible. */
export const MOUNT_TRACEFS = "sudo mount -t tracefs tracefs /sys/kernel/tracing";

const ok = (name: string, detail: string): DoctorCheck => ({ name, status: "ok", detail, remedy: "" });

function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return a > major || (a === major && b >= minor);
}

function checkKernel(facts: Facts): DoctorCheck {
  const name = "kernel";
  if (facts.arch !== "x64") {
    const detail = `Linux ${facts.kernel} on ${facts.arch}: the hooks exist for x86-64 only.`;
    return { name, status: "missing", detail, remedy: "Record on an x86-64 machine; recordings open everywhere." };
  }
  if (atLeast(facts.kernel, 5, 15)) return ok(name, `Linux ${facts.kernel}, x86-64.`);
  const detail = `Linux ${facts.kernel} is too old: what BPF may read of a task takes 5.15.`;
  return { name, status: "missing", detail, remedy: "Boot Linux 5.15 or newer." };
}

function checkParts(facts: Facts, native: string): DoctorCheck {
  const absent = ["addon.node", "probe", "symbolizer"].filter((part) => !facts.exists(join(native, part)));
  if (absent.length === 0) return ok("native parts", `Addon, probe and symbolizer are in ${native}.`);
  return {
    name: "native parts",
    status: absent.length === 1 && absent[0] === "symbolizer" ? "limited" : "missing",
    detail: `${native} has no ${absent.join(", ")}.`,
    remedy: "Build them with `npm run setup && npm run build`.",
  };
}

function checkBtf(facts: Facts): DoctorCheck {
  if (facts.btf !== undefined) return ok("BTF", "The kernel describes its types in /sys/kernel/btf/vmlinux.");
  return {
    name: "BTF",
    status: "missing",
    detail: "/sys/kernel/btf/vmlinux is not readable, so BPF programs cannot be fitted to this kernel.",
    remedy: "Boot a kernel with CONFIG_DEBUG_INFO_BTF=y; distribution kernels have it.",
  };
}

function checkLockdown(facts: Facts): DoctorCheck {
  const mode = /\[(\w+)\]/.exec(facts.text("/sys/kernel/security/lockdown") ?? "")?.[1] ?? "none";
  if (mode !== "confidentiality") return ok("lockdown", `Kernel lockdown is ${mode}; BPF may read user memory.`);
  return {
    name: "lockdown",
    status: "missing",
    detail: "Kernel lockdown is in confidentiality mode, which forbids BPF to read memory.",
    remedy: "Boot with lockdown=integrity or without lockdown.",
  };
}

function checkTracefs(facts: Facts): DoctorCheck {
  if (/ tracefs /.test(facts.text("/proc/mounts") ?? "")) {
    return ok("tracefs", "Mounted: only the ioctl and read system calls are hooked.");
  }
  if (mayMount(facts.text("/proc/self/status") ?? "")) {
    return ok("tracefs", "Not mounted: the probe mounts it for itself alone while it records.");
  }
  return {
    name: "tracefs",
    status: "limited",
    detail: "Not mounted: every system call of the machine is hooked instead, at about 0.1 µs each.",
    remedy: `\`${MOUNT_TRACEFS}\``,
  };
}

function checkMove(facts: Facts): DoctorCheck {
  if (facts.btf?.includes("uffdio_move") === true) return ok("UFFDIO_MOVE", "This kernel has it.");
  return {
    name: "UFFDIO_MOVE",
    status: "limited",
    detail: "This kernel does not have it; all other ioctls are traced.",
    remedy: "Boot Linux 6.8 or newer to use UFFDIO_MOVE.",
  };
}

function checkUnprivileged(facts: Facts): DoctorCheck {
  const value = facts.text("/proc/sys/vm/unprivileged_userfaultfd")?.trim();
  const name = "userfaultfd";
  if (value === undefined) {
    const detail = "vm.unprivileged_userfaultfd does not exist: this kernel may lack userfaultfd.";
    return { name, status: "limited", detail, remedy: "Boot a kernel with CONFIG_USERFAULTFD=y." };
  }
  const detail =
    value === "1"
      ? "Any program may create one (vm.unprivileged_userfaultfd is 1)."
      : "Programs without CAP_SYS_PTRACE get one with UFFD_USER_MODE_ONLY (vm.unprivileged_userfaultfd is 0).";
  return ok(name, detail);
}

/** Looks at the machine; `native` is the folder of the native parts, `probe` the user's own way to start the probe. */
export async function examine(native: string, probe: readonly string[] = []): Promise<readonly DoctorCheck[]> {
  const facts = machineFacts();
  const probeNeeds = [checkBtf(facts), checkLockdown(facts), ...(await checkPrivilege(facts, native, probe))];
  return [
    checkKernel({ ...facts, kernel: release() }),
    checkParts(facts, native),
    ...withoutProbe(probeNeeds, facts, native),
    checkPreload(facts, native),
    checkTracefs(facts),
    checkUnprivileged(facts),
    checkMove(facts),
  ];
}

/** True when a recording can be made, perhaps with less than everything. */
export function canTrace(checks: readonly DoctorCheck[]): boolean {
  return checks.every(({ status }) => status !== "missing");
}
