// How scripts tell the user what happens: one line a step, its output only when it fails, and then what to do about it.
import { performance } from "node:perf_hooks";

/** A failure the user can act on: `message` says what is wrong, `remedy` what cures it. */
export class StepError extends Error {
  constructor(message, remedy, output = "") {
    super(message);
    this.remedy = remedy;
    this.output = output;
  }
}

const colour = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => paint("1", text);
export const dim = (text) => paint("2", text);
export const red = (text) => paint("31", text);
export const green = (text) => paint("32", text);
export const yellow = (text) => paint("33", text);

/** Prints a headline that separates the parts of a long run. */
export function headline(text) {
  console.log(`\n${bold(text)}`);
}

/** Seconds as a person reads them: `0.4 s`, `12 s`, `2 min 5 s`. */
export function seconds(ms) {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Runs one step and prints its name and how long it took.
 * `work` may return a short note to print behind the name.
 */
export async function step(name, work) {
  const begin = performance.now();
  if (colour) process.stdout.write(`  ${dim("…")} ${name}`);
  const clear = colour ? "\r\u001b[K" : "";
  try {
    const note = await work();
    const tail = typeof note === "string" && note !== "" ? `: ${note}` : "";
    console.log(`${clear}  ${green("ok")} ${name}${tail} ${dim(`(${seconds(performance.now() - begin)})`)}`);
  } catch (error) {
    console.log(`${clear}  ${red("failed")} ${name}`);
    throw error;
  }
}

/** Prints an error as the last words of a script: what failed, the end of its output, the remedy. */
export function explain(error) {
  if (!(error instanceof StepError)) {
    console.error(error);
    return;
  }
  const lines = error.output.trimEnd().split("\n");
  // Tools put the cause first (npm) or last (compilers): show both ends of a long output.
  const shown = lines.length > 50 ? [...lines.slice(0, 15), "  …", ...lines.slice(-30)] : lines;
  if (error.output.trim() !== "") console.error(`\n${dim(shown.join("\n"))}`);
  console.error(`\n${red(error.message)}`);
  console.error(error.remedy);
}

/** Runs a script's main function; a failure is explained and becomes exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
}
