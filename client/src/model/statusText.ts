/** What the status bar says, derived from the session's state and progress and from nothing else. */
import { basename } from "node:path";
import { formatBytes, formatClock, formatCount, formatQuantity, formatShare } from "#protocol/format";
import type { SessionState, SessionTarget } from "#protocol/session";
import type { CommandName } from "./names";
import type { Progress } from "./sessionMirror";

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** What a screen reader says: the text without icons. */
  readonly label: string;
  readonly severity: "normal" | "warning";
  readonly command: CommandName;
}

/** Undefined while there is nothing worth a place in the status bar. */
export function statusText(state: SessionState, progress: Progress | undefined, nowMs: number): StatusText | undefined {
  switch (state.phase) {
    case "idle":
      return undefined;
    case "starting":
      return busy(`Attaching to ${state.target}`, "Faultscope starts its probe.", "faultscope.showPanel");
    case "recording":
      return recording(state, progress, nowMs);
    case "stopping":
      return busy(`Finishing ${basename(state.file)}`, state.file, "faultscope.showPanel");
    case "opening": {
      const share = state.totalBytes > 0 ? state.readBytes / state.totalBytes : 0;
      const size = `${formatBytes(state.readBytes)} of ${formatBytes(state.totalBytes)}`;
      return busy(`Opening ${formatShare(share)}`, `${state.file}\n${size} read. Click to cancel.`, "faultscope.stop");
    }
    case "recorded": {
      const text = `${nameTargets(state.targets)} ${formatClock(state.durationNs)}`;
      return {
        text: `$(graph-line) ${text}`,
        label: `Faultscope: recording of ${text}`,
        tooltip: `${state.file}\nEnded: ${state.ended}. Click to show the panel.`,
        severity: "normal",
        command: "faultscope.showPanel",
      };
    }
    case "failed":
      return {
        text: "$(error) Faultscope: not recording",
        label: "Faultscope: not recording",
        tooltip: `${state.problem.message}\n${state.problem.remedy}`,
        severity: "warning",
        command: "faultscope.showPanel",
      };
  }
}

function recording(
  state: Extract<SessionState, { phase: "recording" }>,
  progress: Progress | undefined,
  nowMs: number,
): StatusText {
  const elapsedNs = progress?.elapsedNs ?? (nowMs - state.startedAtMs) * 1e6;
  const clock = formatClock(elapsedNs);
  const events = formatQuantity(progress?.events ?? 0, "event");
  const lost = progress?.lost ?? 0;
  const loss = `lost ${formatCount(lost)}`;
  return {
    text: `$(record) ${clock}  ${events}  ${lost > 0 ? "$(warning) " : ""}${loss}`,
    label: `Faultscope records ${nameTargets(state.targets)}: ${events}, ${loss}. Click to stop.`,
    tooltip: [
      `Recording ${nameTargets(state.targets)}, pid ${state.targets.map(({ pid }) => pid).join(", ")}`,
      state.file,
      state.hooks,
      lost > 0
        ? `${formatQuantity(lost, "event was", "events were")} lost: figures are lower bounds.`
        : "Nothing lost.",
      "Click to stop.",
    ].join("\n"),
    severity: lost > 0 ? "warning" : "normal",
    command: "faultscope.stop",
  };
}

function busy(text: string, tooltip: string, command: CommandName): StatusText {
  return { text: `$(loading~spin) ${text}`, label: `Faultscope: ${text}`, tooltip, severity: "normal", command };
}

/** `compactor`, or `compactor and 2 more`. */
export function nameTargets(targets: readonly SessionTarget[]): string {
  const [first] = targets;
  if (first === undefined) return "recording";
  const name = basename(first.command.split(" ")[0] ?? "") || `pid ${first.pid}`;
  return targets.length === 1 ? name : `${name} and ${targets.length - 1} more`;
}
