/** When a recording ends by itself. Each condition is a function of what has been recorded; the first one that holds ends it. */
import type { EndText } from "../recording/schema";
import type { RecordLimits } from "./handle";

export interface Progressed {
  readonly elapsedNs: number;
  readonly fileBytes: number;
}

export type EndCondition = (progressed: Progressed) => EndText | undefined;

function afterDuration(durationS: number): EndCondition {
  return ({ elapsedNs }) => (elapsedNs >= durationS * 1e9 ? { reason: "duration" } : undefined);
}

function afterSize(maxBytes: number): EndCondition {
  return ({ fileBytes }) => (fileBytes >= maxBytes ? { reason: "size" } : undefined);
}

/** The conditions that `limits` ask for. */
export function endConditions(limits: RecordLimits = {}): readonly EndCondition[] {
  const { durationS, maxBytes } = limits;
  return [
    ...(durationS === undefined ? [] : [afterDuration(durationS)]),
    ...(maxBytes === undefined ? [] : [afterSize(maxBytes)]),
  ];
}
