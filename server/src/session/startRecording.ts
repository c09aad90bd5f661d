/** From "record this" to a running session, or to the one problem that is in the way; nothing is left behind then. */
import { hostname } from "node:os";
import type { Problem, SessionTarget } from "#protocol/session";
import type { Addon } from "../record/addon";
import type { RecorderPaths, RecordParams } from "../record/handle";
import { cannotLaunch, LaunchedProgram } from "../record/launch";
import { isProblem, loadAddon } from "../record/nativeParts";
import { commandOf } from "../record/procfs";
import type { SiteResolver } from "../record/recorder";
import { cannotWrite, RecordingFile, reasonOf } from "../record/recordingFile";
import { chooseWay } from "./chooseWay";
import { RecordingSession } from "./recordingSession";
import type { SessionHost } from "./session";
import { WRITER } from "./version";

/** What the outside provides; tests provide their own. */
export interface Environment {
  readonly paths: RecorderPaths;
  readonly host: SessionHost;
  loadAddon(native: string): Addon | Problem;
  makeResolver(native: string): SiteResolver | undefined;
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
  program.release(session.preload);
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
  const way = chooseWay(addon, paths, params, pids);
  if (isProblem(way)) return way;
  const { probe, preload } = way;
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
    const { native } = paths;
    return new RecordingSession({
      ...{ params, addon, probe, preload, native, file, header, targets, program, resolver, host, nowNs },
    });
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
