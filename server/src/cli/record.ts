/** `faultscope record`: attaches or launches, shows progress, ends with a summary. */
import { join } from "node:path";
import type { Report } from "#protocol/report";
import type { SessionState } from "#protocol/session";
import type { ExitStatus, RecorderHandle } from "../record/handle";
import { createRecorder } from "../session/createRecorder";
import type { Command, Io } from "./io";
import { tellProblem } from "./problems";
import { ProgressLine } from "./progressLine";
import { type RecordRequest, readRecordOptions } from "./recordOptions";
import { reportText } from "./reportText";
import { forwardSignals } from "./signals";

type Recorded = Extract<SessionState, { phase: "recorded" }>;

/** Resolves with the state in which the recording ended. */
function ended(recorder: RecorderHandle): Promise<SessionState> {
  return new Promise((resolve) => {
    recorder.on("state", (state) => {
      if (state.phase === "recorded" || state.phase === "failed") resolve(state);
    });
  });
}

function exitWords({ code, signal }: ExitStatus): string {
  return signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
}

/** In launch mode stdout belongs to the program: the summary goes where the progress went. */
function summarize(
  io: Io,
  request: RecordRequest,
  recorded: Recorded,
  report: Report,
  exit: ExitStatus | undefined,
): void {
  if (request.json) {
    io.out(`${JSON.stringify(report)}\n`);
    return;
  }
  const say = request.params.kind === "launch" ? io.err : io.out;
  const how = exit ? `; the program ${exitWords(exit)}` : "";
  say(
    `\nRecording ended: ${recorded.ended}${how}.\n${reportText(report, io.cwd, io.columns)}\nWritten to ${recorded.file}\n`,
  );
}

export const record: Command = async (args, io) => {
  const native = join(io.dist, "native");
  const request = readRecordOptions(args, io.cwd, join(native, "probe"));
  const { probe, params } = request;
  const recorder = createRecorder({ worker: join(io.dist, "recorder.cjs"), native, ...(probe ? { probe } : {}) });
  const progress = new ProgressLine(io);
  let exit: ExitStatus | undefined;
  recorder.on("programExit", (status) => {
    exit = status;
  });
  const end = ended(recorder);
  const release = forwardSignals(recorder, params.kind === "launch", () => exit !== undefined);
  try {
    const problem = await recorder.start(params);
    if (problem) {
      tellProblem(io, problem);
      return 1;
    }
    const { state } = recorder;
    if (state.phase === "recording") progress.begin(state, params.kind);
    recorder.on("progress", (value) => progress.show(value));
    const last = await end;
    progress.clear();
    const report = await recorder.report();
    if (last.phase !== "recorded" || !report) {
      if (last.phase === "failed") tellProblem(io, last.problem);
      return 1;
    }
    if (params.kind === "launch" && !exit) io.err(`The program goes on as process ${recorder.programPid ?? "?"}.\n`);
    summarize(io, request, last, report, exit);
    return 0;
  } finally {
    release();
    await recorder.dispose();
  }
};
