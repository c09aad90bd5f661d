/** When a recording ends by itself. Each condition is a function of what has been recorded; the first one that holds ends it. */
import { formatCount, formatTime } from "#protocol/format";
import type { EndText } from "../recording/schema";
import type { RecordLimits } from "./handle";

export interface Progressed {
  readonly elapsedNs: number;
  readonly fileBytes: number;
  /** UFFDIO_* calls that failed so far. */
  readonly failures: number;
  /** Age of the oldest fault that waits now, 0 when none does. */
  readonly oldestWaitNs: number;
}

export type EndCondition = (progressed: Progressed) => EndText | undefined;

function afterDuration(durationS: number): EndCondition {
  return ({ elapsedNs }) => (elapsedNs >= durationS * 1e9 ? { reason: "duration" } : undefined);
}

function afterSize(maxBytes: number): EndCondition {
  return ({ fileBytes }) => (fileBytes >= maxBytes ? { reason: "size" } : undefined);
}

/** Looks at how many failed since the last look that is a second old; faster bursts end it all the sooner. */
function afterFailures(failuresPerS: number): EndCondition {
  let beganNs = 0;
  let before = 0;
  return ({ elapsedNs, failures }) => {
    const since = failures - before;
    if (since >= failuresPerS) {
      return { reason: "failures", message: `${formatCount(since)} calls failed within a second.` };
    }
    if (elapsedNs - beganNs >= 1e9) {
      beganNs = elapsedNs;
      before = failures;
    }
    return undefined;
  };
}

function afterStuck(stuckS: number): EndCondition {
  return ({ oldestWaitNs }) =>
    oldestWaitNs >= stuckS * 1e9
      ? { reason: "stuck", message: `A fault has waited for ${formatTime(oldestWaitNs)}.` }
      : undefined;
}

/** The conditions that `limits` ask for. */
export function endConditions(limits: RecordLimits = {}): readonly EndCondition[] {
  const { durationS, maxBytes, failuresPerS, stuckS } = limits;
  return [
    ...(durationS === undefined ? [] : [afterDuration(durationS)]),
    ...(maxBytes === undefined ? [] : [afterSize(maxBytes)]),
    ...(failuresPerS === undefined ? [] : [afterFailures(failuresPerS)]),
    ...(stuckS === undefined ? [] : [afterStuck(stuckS)]),
  ];
}
