/** Command lines in a remedy, which stand between backticks. */
import type { Problem } from "#protocol/session";

type Remedied = Pick<Problem, "remedy">;

export function remedyCommands({ remedy }: Remedied): readonly string[] {
  return [...remedy.matchAll(/`([^`]+)`/g)].map(([, command]) => command ?? "");
}

/** The command that grants the probe its capabilities, when the remedy names one. */
export function grantCommand(remedied: Remedied): string | undefined {
  return remedyCommands(remedied).find((command) => /\bsetcap\b/.test(command));
}

/** The command as it works here: through pkexec where there is no sudo; as it is where there is neither. */
export function withElevation(command: string, isOnPath: (name: string) => boolean): string {
  const bare = command.replace(/^(sudo|pkexec)\s+/, "");
  const elevation = ["sudo", "pkexec"].find(isOnPath);
  return elevation === undefined ? bare : `${elevation} ${bare}`;
}
