/** A scenario that records itself by the preload library, and the session that drains what it writes. */
import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { PreloadSession } from "../../../server/src/record/addon";
import { addon, preloadPath } from "./machine";
import { Target } from "./target";
import { Trace } from "./trace";

const GATE = `read -r ring <&3 && exec 3<&- && export LD_PRELOAD=${preloadPath} FAULTSCOPE_RING="$ring" && exec "$@"`;

export interface Preloaded {
  readonly target: Target;
  readonly trace: Trace;
  readonly session: PreloadSession;
}

export async function startPreloaded(command: readonly string[], ringBytes = 8 << 20): Promise<Preloaded> {
  const child = spawn("/bin/sh", ["-c", GATE, "sh", ...command], { stdio: ["pipe", "pipe", "inherit", "pipe"] });
  const session = addon().preload({ pid: child.pid ?? -1, library: preloadPath, ringBytes });
  const trace = Trace.of(session);
  (child.stdio[3] as Writable).end(`${session.ringName}\n`);
  return { target: await Target.of(child), trace, session };
}
