/** `faultscope record`'s command line as what to record. */
import { basename, resolve } from "node:path";
import type { RecordParams, Via } from "../record/handle";
import { parseOptions } from "./options";
import { UsageError } from "./problems";

export interface RecordRequest {
  readonly params: RecordParams;
  readonly json: boolean;
  readonly probe: readonly string[] | undefined;
}

const OPTIONS = {
  output: { type: "string", short: "o" },
  duration: { type: "string" },
  "max-size": { type: "string" },
  keep: { type: "string" },
  "until-failures": { type: "string" },
  "until-stuck": { type: "string" },
  json: { type: "boolean" },
  sudo: { type: "boolean" },
  via: { type: "string" },
  pid: { type: "string", multiple: true },
} as const;

const VIAS: readonly Via[] = ["auto", "probe", "preload"];

function viaOf(text: string | undefined, launches: boolean, sudo: boolean): Via | undefined {
  if (text === undefined) return undefined;
  const via = VIAS.find((known) => known === text);
  if (!via) throw new UsageError(`--via takes auto, probe or preload, not '${text}'.`);
  if (via === "preload" && !launches) {
    throw new UsageError("A running process cannot preload anything: give -- COMMAND, or record --pid by the probe.");
  }
  if (via === "preload" && sudo) throw new UsageError("--sudo starts the probe, which --via preload does without.");
  return via;
}

function pidOf(text: string): number {
  const pid = Number(text);
  if (!/^\d+$/.test(text) || pid < 1 || pid > 2 ** 22) throw new UsageError(`'${text}' is not a process id.`);
  return pid;
}

/** A name for the recording that sorts by time and says what was recorded. */
function defaultFile(subject: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `${subject.replace(/[^\w.-]/g, "_").slice(0, 40)}-${stamp}.faultscope`;
}

/** Throws UsageError. `probePath` is where the probe is, for --sudo. */
export function readRecordOptions(
  args: readonly string[],
  cwd: string,
  probePath: string,
  now = new Date(),
): RecordRequest {
  const split = args.indexOf("--");
  const own = split === -1 ? args : args.slice(0, split);
  const [command, ...rest] = split === -1 ? [] : args.slice(split + 1);
  const options = parseOptions(own, OPTIONS);
  // `--pid 1 2 3` reads naturally, so numbers after it are pids, too.
  const pids = [
    ...new Set([...options.texts("pid"), ...options.positionals].flatMap((text) => text.split(",")).map(pidOf)),
  ];
  if (split !== -1 && command === undefined) throw new UsageError("After -- comes the command to run.");
  if (command !== undefined && pids.length > 0) throw new UsageError("Give --pid or a command, not both.");
  if (command === undefined && options.texts("pid").length === 0) {
    throw new UsageError("Give --pid PID of a running process, or -- COMMAND to start one.");
  }
  const durationS = options.positive("duration");
  const maxMiB = options.positive("max-size");
  const keepMiB = options.positive("keep");
  if (keepMiB !== undefined && maxMiB !== undefined) throw new UsageError("Give --keep or --max-size, not both.");
  const failuresPerS = options.positive("until-failures");
  const stuckS = options.positive("until-stuck");
  const subject = command === undefined ? `pid${pids.join("-")}` : basename(command);
  const common = {
    file: resolve(cwd, options.text("output") ?? defaultFile(subject, now)),
    limits: {
      ...(durationS === undefined ? {} : { durationS }),
      ...(maxMiB === undefined ? {} : { maxBytes: maxMiB * 2 ** 20 }),
      ...(keepMiB === undefined ? {} : { keepBytes: keepMiB * 2 ** 20 }),
      ...(failuresPerS === undefined ? {} : { failuresPerS }),
      ...(stuckS === undefined ? {} : { stuckS }),
    },
  };
  const json = options.flag("json");
  const probe = options.flag("sudo") ? ["sudo", "-n", probePath] : undefined;
  const via = viaOf(options.text("via"), command !== undefined, options.flag("sudo"));
  if (command === undefined) return { json, probe, params: { ...common, kind: "attach", pids } };
  const params = {
    ...common,
    kind: "launch" as const,
    command,
    args: rest,
    cwd,
    stdin: "inherit" as const,
    stdoutToStderr: json,
    ...(via === undefined ? {} : { via }),
  };
  return { json, probe, params };
}
