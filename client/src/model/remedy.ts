/** Command lines in a remedy, which stand between backticks. */
import type { Problem } from "#protocol/session";

export function remedyCommands(problem: Problem): readonly string[] {
  return [...problem.remedy.matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? "");
}

/** The command that grants the probe its capabilities, when the remedy names one. */
export function grantCommand(problem: Problem): string | undefined {
  return remedyCommands(problem).find((command) => /\bsetcap\b/.test(command));
}

/** The command as it works here: through pkexec where there is no sudo; as it is where there is neither. */
export function withElevation(command: string, isOnPath: (name: string) => boolean): string {
  const bare = command.replace(/^(sudo|pkexec)\s+/, "");
  const elevation = ["sudo", "pkexec"].find(isOnPath);
  return elevation === undefined ? bare : `${elevation} ${bare}`;
}
