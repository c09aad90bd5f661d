/** Checks what the page sends. The page shows names a traced process chose, so it is not trusted. */
import type { WebviewToHost } from "#protocol/panel";
import type { CommandName } from "./names";

const MAX_PATH = 4096;
const MAX_COPY = 4 * 1024 * 1024;

/** Button of the page → command. */
export const PAGE_COMMANDS: Readonly<Record<PageCommand, CommandName>> = {
  attach: "faultscope.attach",
  launch: "faultscope.launch",
  open: "faultscope.open",
  stop: "faultscope.stop",
  doctor: "faultscope.doctor",
};
type PageCommand = Extract<WebviewToHost, { type: "command" }>["command"];

/** The message, or undefined when it is none of ours: wrong type, wrong shape, out of bounds. */
export function parsePageMessage(value: unknown): WebviewToHost | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, command, pid, file, line, text } = value as Record<string, unknown>;
  switch (type) {
    case "ready":
      return { type };
    case "command":
      return isPageCommand(command) ? { type, command } : undefined;
    case "attachTo":
      return isPositive(pid) ? { type, pid } : undefined;
    case "reveal":
      return isPath(file) && isPositive(line) ? { type, file, line } : undefined;
    case "copy":
      return typeof text === "string" && text.length <= MAX_COPY ? { type, text } : undefined;
    default:
      return undefined;
  }
}

function isPageCommand(value: unknown): value is PageCommand {
  return typeof value === "string" && Object.hasOwn(PAGE_COMMANDS, value);
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= 2 ** 31 - 1;
}

function isPath(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= MAX_PATH && !value.includes("\0");
}
