/** Rows of the process picker. */
import { basename } from "node:path";
import { formatBytes, formatQuantity } from "#protocol/format";
import type { Target, TargetList } from "#protocol/session";

export type PickerRow =
  | {
      readonly kind: "target";
      readonly pid: number;
      readonly label: string;
      readonly description: string;
      readonly detail: string;
    }
  | {
      readonly kind: "launch" | "doctor";
      readonly label: string;
      readonly description: string;
      readonly detail: string;
    };

/**
 * Processes first, the one chosen last time on top, then newest first; after them what to do when the one that is
 * looked for is missing.
 *
 * @param lastCommand command line that was attached to last time
 */
export function pickerRows(list: TargetList, lastCommand: string | undefined): readonly PickerRow[] {
  const rows: PickerRow[] = [...list.targets]
    .sort((a, b) => Number(b.command === lastCommand) - Number(a.command === lastCommand) || b.pid - a.pid)
    .map(targetRow);
  if (rows.length === 0) {
    rows.push({
      kind: "launch",
      label: "$(rocket) Launch and Trace…",
      description: "no process holds a userfaultfd yet",
      detail: "Start the program and it appears here, or let Faultscope launch it.",
    });
  }
  if (list.unreadable > 0) {
    rows.push({
      kind: "doctor",
      label: "$(lock) Doctor",
      description: `${formatQuantity(list.unreadable, "process", "processes")} could not be looked into`,
      detail: "They belong to other users or are protected. Doctor says what would let Faultscope see them.",
    });
  }
  return rows;
}

function targetRow(target: Target): PickerRow {
  const fds = target.fds.length === 1 ? `fd ${target.fds[0]}` : `fds ${target.fds.join(", ")}`;
  const waiting = target.pendingFaults > 0 ? `, ${formatQuantity(target.pendingFaults, "fault")} waiting` : "";
  const program = basename(target.command.split(" ")[0] ?? "") || target.command;
  return {
    kind: "target",
    pid: target.pid,
    label: program,
    description: `pid ${target.pid}, ${target.user}, ${formatBytes(target.registeredBytes)} in ${fds}${waiting}`,
    detail: target.command,
  };
}
