/** `faultscope targets`: processes that hold a userfaultfd. */
import { formatBytes, formatCount, formatQuantity } from "#protocol/format";
import type { TargetList } from "#protocol/session";
import { listTargets } from "../record/targets";
import type { Command } from "./io";
import { parseOptions } from "./options";
import { UsageError } from "./problems";
import { table } from "./table";

function text({ targets, unreadable }: TargetList): string {
  const hidden =
    unreadable === 0
      ? ""
      : `${formatQuantity(unreadable, "process", "processes")} could not be looked at and may hold one; root sees them all.\n`;
  if (targets.length === 0) return `No process that can be looked at holds a userfaultfd.\n${hidden}`;
  const rows = targets.map((target) => [
    String(target.pid),
    target.user,
    target.fds.join(" "),
    formatBytes(target.registeredBytes),
    formatCount(target.pendingFaults),
    target.command,
  ]);
  const right = ["pid", "user", "fds", "registered", "pending"].map((title) => ({
    title,
    align: title === "user" || title === "fds" ? ("left" as const) : ("right" as const),
  }));
  return table([...right, { title: "command", align: "left" }], rows) + hidden;
}

export const targets: Command = async (args, io) => {
  const options = parseOptions(args, { json: { type: "boolean" } });
  if (options.positionals.length > 0) throw new UsageError("It takes no arguments.");
  const list = await listTargets();
  io.out(options.flag("json") ? `${JSON.stringify({ version: 1, ...list })}\n` : text(list));
  return 0;
};
