/**
 * Starts a program so that tracing is attached before its first instruction: a shell waits at a gate (a pipe), is traced,
 * and becomes the program when the gate opens. If the recorder dies first the gate closes and the program never runs.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, closeSync, constants, openSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { Problem } from "#protocol/session";
import type { ExitStatus, RecordParams } from "./handle";
import { reasonOf } from "./recordingFile";

/** What the program must be started with so that it records itself. */
export interface Preload {
  readonly library: string;
  readonly ringName: string;
}

type LaunchParams = Extract<RecordParams, { kind: "launch" }>;

/** Two lines open the gate: the library to preload and its ring, both empty when the probe records. */
const GATE = [
  "read -r library <&3 && read -r ring <&3 && exec 3<&- || exit 126",
  'if [ -n "$library" ]; then export LD_PRELOAD="$library:$LD_PRELOAD" FAULTSCOPE_RING="$ring"; fi',
  'exec "$@"',
].join("\n");

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Why the program cannot be started, in the shell's terms; undefined when it can. */
export function cannotLaunch(params: Pick<LaunchParams, "command" | "cwd">): Problem | undefined {
  const { command, cwd } = params;
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return {
      code: "no-folder",
      message: `The working folder ${cwd} does not exist.`,
      remedy: "Choose an existing folder.",
    };
  }
  const found = command.includes("/")
    ? runnable(isAbsolute(command) ? command : resolve(cwd, command))
    : (process.env.PATH ?? "").split(delimiter).some((folder) => runnable(join(folder || cwd, command)));
  if (found) return undefined;
  const message = `${command === "" ? "The empty command" : command} is not an executable file${command.includes("/") ? "" : " in PATH"}.`;
  return { code: "no-command", message, remedy: "Give the path of the program, e.g. `./program`." };
}

export class LaunchedProgram {
  /** Resolves when the program has ended. */
  readonly exited: Promise<ExitStatus>;

  private constructor(
    private readonly child: ChildProcess,
    readonly pid: number,
  ) {
    this.exited = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
  }

  /** Starts the shell that waits at the gate. Throws when there is no process to be had or the output is unwritable. */
  static async start(params: LaunchParams): Promise<LaunchedProgram> {
    const output = params.output === undefined ? undefined : openSync(params.output, "w", 0o600);
    try {
      const stream = output ?? "inherit";
      const stdout = output === undefined && params.stdoutToStderr === true ? 2 : stream;
      const child = spawn("/bin/sh", ["-c", GATE, "faultscope", params.command, ...params.args], {
        cwd: params.cwd,
        stdio: [params.stdin, stdout, stream, "pipe"],
        // Started for an editor, it must outlive the editor's process group; in a shell it belongs to the user's.
        detached: params.stdin === "ignore",
      });
      const pid = await new Promise<number>((started, failed) => {
        child.once("error", failed);
        child.once("spawn", () => started(child.pid ?? -1));
      });
      const program = new LaunchedProgram(child, pid);
      // Writing to the gate of a shell that was killed is not an error worth more than its exit status.
      program.gate.on("error", () => undefined);
      return program;
    } catch (error) {
      throw new Error(`the program could not be started because ${reasonOf(error)}`);
    } finally {
      if (output !== undefined) closeSync(output);
    }
  }

  private get gate(): Writable {
    return this.child.stdio[3] as Writable;
  }

  /** Lets the program run, with the library of `preload` in it. */
  release(preload?: Preload): void {
    this.gate.end(`${preload?.library ?? ""}\n${preload?.ringName ?? ""}\n`);
  }

  /** Closes the gate: the program will not run. Resolves when the waiting shell has gone. */
  async abandon(): Promise<void> {
    this.gate.destroy();
    await this.exited;
  }

  /** Lets our own process end although the program runs on. */
  unref(): void {
    this.child.unref();
  }
}
