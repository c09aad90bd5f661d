/** Command lines in a remedy, which stand between backticks. */
import type { Problem } from "#protocol/session";

export function remedyCommands(problem: Problem): readonly string[] {
  return [...problem.remedy.matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? "");
}

/** The command that grants the probe its capabilities, when the remedy names one. */
export function grantCommand(problem: Problem): string | undefined {
  return remedyCommands(problem).find((command) => /\bsetcap\b/.test(command));
}
