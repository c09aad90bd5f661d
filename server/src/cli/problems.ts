/** How the command line says what is wrong: one sentence, the remedy below it, no stack trace. */
import type { Problem } from "#protocol/session";
import { RecordingError } from "../recording/errors";
import type { Io } from "./io";

/** The command line cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function tellProblem(io: Io, problem: Pick<Problem, "message" | "remedy">, subject?: string): void {
  const about = subject === undefined ? "" : `${subject}: `;
  io.err(`faultscope: ${about}${problem.message}\n`);
  if (problem.remedy !== "") io.err(`  ${problem.remedy}\n`);
}

/** Tells an exception and gives the exit code. `command` is named for the help. */
export function tellError(io: Io, command: string, error: unknown): 1 | 2 {
  if (error instanceof UsageError) {
    io.err(`faultscope ${command}: ${error.message}\n  \`faultscope ${command} --help\` says how it is used.\n`);
    return 2;
  }
  if (error instanceof RecordingError) {
    tellProblem(io, error);
    return 1;
  }
  const reason = error instanceof Error ? error.message : String(error);
  tellProblem(io, { message: `${command} failed: ${reason}`, remedy: "Set FAULTSCOPE_DEBUG=1 for the details." });
  if (process.env.FAULTSCOPE_DEBUG === "1" && error instanceof Error) io.err(`${error.stack ?? ""}\n`);
  return 1;
}
