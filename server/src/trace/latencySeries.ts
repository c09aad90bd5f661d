/** Latencies over time: count, errors and a histogram a bucket. */
import { Histogram } from "./histogram";
import { TimeLevels } from "./timeLevels";

export class LatencyBucket {
  errors = 0;
  readonly latency = new Histogram();
}

/** Fresh levels for one line of the latency chart. */
export function latencySeries(): TimeLevels<LatencyBucket> {
  return new TimeLevels({
    create: () => new LatencyBucket(),
    merge: (into, from) => {
      into.errors += from.errors;
      into.latency.merge(from.latency);
    },
  });
}

export interface Tally {
  count: number;
}

/** Fresh levels that only count. */
export function tallySeries(): TimeLevels<Tally> {
  return new TimeLevels({
    create: () => ({ count: 0 }),
    merge: (into, from) => {
      into.count += from.count;
    },
  });
}
