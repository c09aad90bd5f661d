/** The state of the session by shape and word: what the header says, as data. */
import { formatClock, formatShare } from "#protocol/format";
import type { IconName } from "../icons";
import type { Model } from "../state/store";
import { baseName, programName, safeText } from "../text";

export interface Status {
  readonly shape: IconName;
  readonly word: string;
  /** Clock or progress beside the word. */
  readonly clock: string;
  readonly colour: "error" | "secondary";
  /** What is recorded, in the foreground, and more about it behind. */
  readonly subject: string;
  readonly about: string;
  readonly action: "stop" | "new" | "cancel" | undefined;
}

/** Header of `model`. */
export function statusOf({ session, frame }: Model): Status {
  const clock = frame === undefined ? "" : formatClock(frame.nowNs);
  const none = { clock: "", subject: "", about: "", action: undefined, colour: "secondary" } as const;
  switch (session?.phase) {
    case undefined:
      return { ...none, shape: "ring", word: "Connecting" };
    case "idle":
      return { ...none, shape: "ring", word: "Ready", about: "nothing recorded" };
    case "starting":
      return { ...none, shape: "ring", word: "Starting", subject: safeText(session.target), action: "cancel" };
    case "recording":
      return { shape: "disc", word: "Recording", clock, colour: "error", ...subject(session.targets), action: "stop" };
    case "stopping":
      return { ...none, shape: "disc", word: "Stopping", clock, about: safeText(baseName(session.file)) };
    case "opening": {
      const share = session.totalBytes > 0 ? session.readBytes / session.totalBytes : 0;
      const file = safeText(baseName(session.file));
      return { ...none, shape: "square", word: "Opening", clock: formatShare(share), about: file, action: "cancel" };
    }
    case "recorded":
      return {
        shape: "square",
        word: "Recorded",
        clock: formatClock(session.durationNs),
        colour: "secondary",
        ...subject(session.targets),
        action: "new",
      };
    case "failed":
      return { ...none, shape: "ring", word: "Not recording" };
  }
}

function subject(targets: readonly { readonly pid: number; readonly command: string }[]) {
  const [first] = targets;
  if (first === undefined) return { subject: "", about: "" };
  const more = targets.length === 1 ? "" : ` and ${targets.length - 1} more`;
  return { subject: programName(first.command), about: `pid ${first.pid}${more}` };
}
