/** What the page knows, as one value, and how each message of the host changes it. Pure: no DOM, no clock. */
import type { Frame } from "#protocol/frames";
import type { HostToWebview } from "#protocol/panel";
import type { SessionState, Target } from "#protocol/session";

export interface Model {
  /** Undefined until the first snapshot arrived. */
  readonly session: SessionState | undefined;
  readonly frame: Frame | undefined;
  readonly targets: readonly Target[];
  /** A snapshot was asked for and has not come yet. */
  readonly awaitsSnapshot: boolean;
}

export const INITIAL_MODEL: Model = { session: undefined, frame: undefined, targets: [], awaitsSnapshot: true };

export interface Step {
  readonly model: Model;
  /** The page must send `ready` to be given a snapshot. */
  readonly ask: boolean;
}

/** The model after `message`, and whether a gap in the frames makes a snapshot necessary. */
export function reduce(model: Model, message: HostToWebview): Step {
  switch (message.type) {
    case "snapshot":
      return {
        model: {
          session: message.state,
          frame: message.frame ?? undefined,
          targets: message.targets,
          awaitsSnapshot: false,
        },
        ask: false,
      };
    case "state":
      return { model: { ...model, session: message.state, frame: keptFrame(model, message.state) }, ask: false };
    case "frame":
      return withFrame(model, message.frame);
  }
}

/** Another session's figures must never stand under a new state: what begins from nothing begins without a frame. */
function keptFrame(model: Model, next: SessionState): Frame | undefined {
  const begins = next.phase === "idle" || next.phase === "starting";
  const opensOther = next.phase === "opening" && model.session?.phase !== "opening";
  return begins || opensOther ? undefined : model.frame;
}

/** Each frame is complete, so the newest is drawn even after a gap; a frame that came late or twice is dropped. */
function withFrame(model: Model, frame: Frame): Step {
  const last = model.frame?.sequence;
  if (last !== undefined && frame.sequence <= last) return { model, ask: false };
  const gap = last !== undefined && frame.sequence !== last + 1;
  const ask = (gap || model.session === undefined) && !model.awaitsSnapshot;
  return { model: { ...model, frame, awaitsSnapshot: model.awaitsSnapshot || ask }, ask };
}

/** True when anything that a figure counts has been recorded, or lost. */
export function hasActivity(frame: Frame | undefined): boolean {
  if (frame === undefined) return false;
  const { ioctls, faults, messages, lost } = frame.report;
  const counted = ioctls.some((ioctl) => ioctl.calls > 0) || Object.values(messages).some((count) => count > 0);
  return counted || faults.total > 0 || lost > 0;
}
