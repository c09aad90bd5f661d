/** From "record this" to a running session, or to the one problem that is in the way; nothing is left behind then. */
import { hostname } from "node:os";
import { join } from "node:path";
import type { Problem, SessionTarget } from "#protocol/session";
import type { Addon, AttachError, ProbeSession } from "../record/addon";
import { MOUNT_TRACEFS } from "../record/doctor";
import { grantCommand } from "../record/doctorPrivilege";
import type { RecorderPaths, RecordParams } from "../record/handle";
import { cannotLaunch, LaunchedProgram } from "../record/launch";
import { isProblem, loadAddon, probeCommand } from "../record/nativeParts";
import { commandOf } from "../record/procfs";
import type { SiteResolver } from "../record/recorder";
import { cannotWrite, RecordingFile, reasonOf } from "../record/recordingFile";
import { RecordingSession } from "./recordingSession";
import type { SessionHost } from "./session";
import { WRITER } from "./version";

/** Room for 160,000 events: half a second at the highest rate measured, more than a busy machine keeps us from draining. */
const RING_BYTES = 16 << 20;

/** What the outside provides; tests provide their own. */
export interface Environment {
  readonly paths: RecorderPaths;
  readonly host: SessionHost;
  loadAddon(native: string): Addon | Problem;
  makeResolver(native: string): SiteResolver | undefined;
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

function targetName(params: RecordParams): string {
  if (params.kind === "launch") return [params.command, ...params.args].join(" ");
  return params.pids.map((pid) => commandOf(pid) || `pid ${pid}`).join(", ");
}

/** Attaches, opens the file, lets a launched program run. */
export async function startRecording(params: RecordParams, env: Environment): Promise<RecordingSession | Problem> {
  const early = cannotWrite(params.file) ?? (params.kind === "launch" ? cannotLaunch(params) : undefined);
  if (early) return early;
  const addon = (env.loadAddon ?? loadAddon)(env.paths.native);
  if (isProblem(addon)) return addon;
  env.host.state({ phase: "starting", target: targetName(params) });
  if (params.kind === "attach") return attach(params, addon, env, undefined, params.pids);
  let program: LaunchedProgram;
  try {
    program = await LaunchedProgram.start(params);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      code: "no-command",
      message: `${params.command}: ${message}.`,
      remedy: "Check the command and try again.",
    };
  }
  const session = attach(params, addon, env, program, [program.pid]);
  if (isProblem(session)) {
    await program.abandon();
    return session;
  }
  void program.exited.then((status) => {
    env.host.event("programExit", status);
    session.checkTargets();
  });
  program.release();
  return session;
}

function attach(
  params: RecordParams,
  addon: Addon,
  env: Environment,
  program: LaunchedProgram | undefined,
  pids: readonly number[],
): RecordingSession | Problem {
  const { paths, host } = env;
  const targets: readonly SessionTarget[] = pids.map((pid) => ({
    pid,
    command: params.kind === "launch" ? targetName(params) : commandOf(pid),
  }));
  let probe: ProbeSession;
  try {
    const requireUserfaultfd = params.kind === "attach";
    const command = probeCommand(paths.native, paths.probe);
    probe = addon.attach({ probe: command, pids, ringBytes: RING_BYTES, requireUserfaultfd, hooks: "auto" });
  } catch (error) {
    return attachProblem(error, paths.native);
  }
  try {
    const nowNs = (): number => Number(addon.clockNs() - probe.startNs);
    const header = {
      startNs: probe.startNs,
      startedAtMs: Math.round(Date.now() - nowNs() / 1e6),
      host: hostname(),
      writer: WRITER,
    };
    const file = new RecordingFile(params.file);
    const resolver = env.makeResolver(paths.native);
    return new RecordingSession({ params, addon, probe, file, header, targets, program, resolver, host, nowNs });
  } catch (error) {
    probe.stop();
    probe.close();
    return {
      code: "unwritable",
      message: `${params.file} cannot be written: ${reasonOf(error)}.`,
      remedy: "Choose another file with -o.",
    };
  }
}
