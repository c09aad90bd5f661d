/** By which way a recording is made: the probe where it may, otherwise, for a program to launch, the preload library. */
import { join } from "node:path";
import type { Problem } from "#protocol/session";
import type { Addon, AttachError, PreloadSession, ProbeSession } from "../record/addon";
import { MOUNT_TRACEFS } from "../record/doctor";
import { grantCommand } from "../record/doctorPrivilege";
import type { RecorderPaths, RecordParams } from "../record/handle";
import { isProblem, probeCommand } from "../record/nativeParts";
import { cannotPreload, preloadLibrary, preloadLimits } from "../record/preload";

/** Room for 160,000 events: half a second at the highest rate measured, more than a busy machine keeps us from draining. */
const RING_BYTES = 16 << 20;

/** What the machine or the user's rights lack; anything else would fail as well without the probe, or is worth knowing. */
const NOT_FOR_US: readonly string[] = ["no-privilege", "no-bpf", "no-tracefs", "probe-missing"];

export interface Preloaded {
  readonly session: PreloadSession;
  readonly library: string;
  readonly limits: readonly string[];
}

export interface Way {
  readonly probe: ProbeSession;
  readonly preload?: Preloaded;
}

function attachProblem(error: unknown, native: string): Problem {
  const { code, message, remedy } = error as AttachError;
  const known = typeof code === "string" && typeof remedy === "string";
  // The probe does not know by which path it was started; the command a user can copy names it.
  if (known && code === "no-privilege" && remedy.includes("setcap")) {
    const command = grantCommand(join(native, "probe"));
    return { code, message, remedy: `Grant them once: \`${command}\``, commands: [command] };
  }
  if (known && code === "no-tracefs" && remedy.includes("mount -t")) {
    return {
      code,
      message,
      remedy: `Use raw hooks, or mount it once: \`${MOUNT_TRACEFS}\``,
      commands: [MOUNT_TRACEFS],
    };
  }
  if (known) return { code, message, remedy };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: "probe-failed",
    message: `Tracing could not be attached: ${reason}.`,
    remedy: "`faultscope doctor` says what this machine lacks.",
  };
}

function byProbe(addon: Addon, paths: RecorderPaths, params: RecordParams, pids: readonly number[]): Way | Problem {
  try {
    const requireUserfaultfd = params.kind === "attach";
    const command = probeCommand(paths.native, paths.probe);
    return { probe: addon.attach({ probe: command, pids, ringBytes: RING_BYTES, requireUserfaultfd, hooks: "auto" }) };
  } catch (error) {
    return attachProblem(error, paths.native);
  }
}

function byPreload(addon: Addon, native: string, pid: number, why: string | undefined): Way | Problem {
  const library = preloadLibrary(native);
  try {
    const session = addon.preload({ pid, library, ringBytes: RING_BYTES });
    return { probe: session, preload: { session, library, limits: preloadLimits(why, session.faultless) } };
  } catch (error) {
    return attachProblem(error, native);
  }
}

/** Begins to trace `pids`, or says what is in the way. */
export function chooseWay(
  addon: Addon,
  paths: RecorderPaths,
  params: RecordParams,
  pids: readonly number[],
): Way | Problem {
  if (params.kind === "attach") return byProbe(addon, paths, params, pids);
  const [pid = -1] = pids;
  const via = params.via ?? "auto";
  let why: string | undefined;
  if (via !== "preload") {
    const way = byProbe(addon, paths, params, pids);
    // Who names a command for the probe (sudo) wants the probe.
    const chosen = via === "probe" || paths.probe !== undefined;
    if (!isProblem(way) || chosen || !NOT_FOR_US.includes(way.code)) return way;
    why = way.message;
  }
  return cannotPreload(paths.native, params.command, params.cwd) ?? byPreload(addon, paths.native, pid, why);
}
