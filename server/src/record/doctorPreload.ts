/** Whether the way without privilege works here, and what that makes of what only the probe needs. */
import type { DoctorCheck } from "#protocol/session";
import { mayUseBpf } from "./doctorPrivilege";
import type { Facts } from "./machineFacts";
import { preloadLibrary } from "./preload";

const NAME = "preload";
/** Above this, kernel.perf_event_paranoid allows no perf events to users (Debian's patch knows 3). */
const MOST_PARANOID = 2;
/** What only the probe needs. */
const PROBE_ONLY: readonly string[] = ["BTF", "lockdown", "privilege"];

export function checkPreload(facts: Facts, native: string): DoctorCheck {
  const library = preloadLibrary(native);
  if (!facts.exists(library)) {
    return {
      name: NAME,
      status: "limited",
      detail: `${library} does not exist, so nothing can be recorded without privilege.`,
      remedy: "Build it with `npm run setup && npm run build`.",
    };
  }
  const paranoid = Number(facts.text("/proc/sys/kernel/perf_event_paranoid") ?? Number.NaN);
  if (paranoid <= MOST_PARANOID || mayUseBpf(facts.text("/proc/self/status") ?? "")) {
    const detail = "Programs that Faultscope starts can be recorded without privilege, page faults included.";
    return { name: NAME, status: "ok", detail, remedy: "" };
  }
  return {
    name: NAME,
    status: "limited",
    detail: `Programs that Faultscope starts can be recorded without privilege, but not their page faults (perf_event_paranoid is ${Number.isNaN(paranoid) ? "not there" : paranoid}).`,
    remedy: "`sudo sysctl kernel.perf_event_paranoid=2`",
  };
}

/** Where the library is there, what the probe lacks limits recording and does not prevent it. */
export function withoutProbe(checks: readonly DoctorCheck[], facts: Facts, native: string): readonly DoctorCheck[] {
  if (!facts.exists(preloadLibrary(native)) || !facts.exists(`${native}/addon.node`)) return checks;
  return checks.map((check) => {
    if (check.status !== "missing" || !PROBE_ONLY.includes(check.name)) return check;
    const detail = `${check.detail} Only programs that Faultscope starts can be recorded, by the preload library.`;
    return { ...check, status: "limited", detail };
  });
}
