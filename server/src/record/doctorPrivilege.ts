/** Whether the probe gets the two capabilities it needs, and by which of the ways. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { DoctorCheck } from "#protocol/session";
import type { Facts } from "./machineFacts";

const CAP_PERFMON = 38n;
const CAP_BPF = 39n;
const CAP_SYS_ADMIN = 21n;

/** Runs a command; its stdout, or undefined when it fails, is not there, or does not answer within two seconds. */
function ask(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 2000 }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}

function effective(status: string): (capability: bigint) => boolean {
  const bits = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0"}`);
  return (capability) => ((bits >> capability) & 1n) === 1n;
}

/** True when a /proc status says that the process itself may load and attach BPF programs. */
export function mayUseBpf(status: string): boolean {
  const has = effective(status);
  return has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
}

/** True when a /proc status says that the process, and so the probe it starts, may mount file systems. */
export function mayMount(status: string): boolean {
  return effective(status)(CAP_SYS_ADMIN);
}

async function fileCapabilities(probe: string): Promise<string> {
  return (await ask("getcap", [probe])) ?? (await ask("/sbin/getcap", [probe])) ?? "";
}

/** The shell command that grants a probe all it needs. */
export function grantCommand(probe: string): string {
  return `sudo setcap cap_bpf,cap_perfmon,cap_dac_read_search+ep ${probe}`;
}

export async function checkPrivilege(
  facts: Facts,
  native: string,
  own: readonly string[],
): Promise<readonly DoctorCheck[]> {
  const name = "privilege";
  const good = (detail: string): readonly DoctorCheck[] => [{ name, status: "ok", detail, remedy: "" }];
  const probe = join(native, "probe");
  if (own.length > 0) return good(`The probe is started by \`${own.join(" ")}\`, as configured.`);
  if (mayUseBpf(facts.text("/proc/self/status") ?? "")) {
    return good("This process may load BPF programs, and so may the probe it starts.");
  }
  const capabilities = await fileCapabilities(probe);
  if (/cap_bpf/.test(capabilities) && /cap_perfmon/.test(capabilities)) {
    return good("The probe has the file capabilities cap_bpf and cap_perfmon.");
  }
  const remedy = `\`${grantCommand(probe)}\``;
  if ((await ask("sudo", ["-n", "true"])) !== undefined) {
    const detail = "The probe has no capabilities of its own, but sudo works without a password.";
    return [{ name, status: "limited", detail, remedy: `Choose sudo when you record, or once: ${remedy}` }];
  }
  const ways = facts.exists("/usr/bin/pkexec") ? "; pkexec can ask for a password" : "";
  const restricted = facts.text("/proc/sys/kernel/unprivileged_bpf_disabled")?.trim() ?? "unknown";
  const detail = `Neither you nor the probe may load BPF programs (unprivileged_bpf_disabled is ${restricted})${ways}.`;
  return [{ name, status: "missing", detail, remedy }];
}
