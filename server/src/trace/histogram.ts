/**
 * Latencies as a log-linear histogram: 64 steps an octave, so any percentile is within 1 % of the exact one, and two
 * histograms merge exactly. Values are whole numbers ≥ 0 below 2^53; smaller ones count as 0. Count, sum, min and max
 * are exact.
 */
import type { LatencyNs } from "#protocol/report";

const STEP_BITS = 6;
const STEPS = 1 << STEP_BITS;
/** Up to here every value has its own step. */
const LINEAR = STEPS * 2;
/** Steps added beyond what is needed: growing copies. */
const SLACK = STEPS;

/** Step of a value. */
function stepOf(value: number): number {
  if (value < LINEAR) return value;
  // Nearly all latencies fit 32 bits, where shifts do; this runs three times an event.
  if (value < 0x1_0000_0000) {
    const shift = 31 - STEP_BITS - Math.clz32(value);
    return shift * STEPS + (value >>> shift);
  }
  const shift = 63 - STEP_BITS - Math.clz32(Math.floor(value / 0x1_0000_0000));
  return shift * STEPS + Math.floor(value / 2 ** shift);
}

/** The middle of a step. */
function middleOf(step: number): number {
  if (step < LINEAR) return step;
  const shift = Math.floor(step / STEPS) - 1;
  const width = 2 ** shift;
  return (step - shift * STEPS) * width + Math.floor((width - 1) / 2);
}

export class Histogram {
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  /** Counts of the steps from `base` on; grown on demand, so a narrow distribution stays small. */
  private counts = new Uint32Array(0);
  private base = 0;

  record(value: number): void {
    const whole = Math.max(0, value);
    this.count++;
    this.sum += whole;
    if (whole < this.min) this.min = whole;
    if (whole > this.max) this.max = whole;
    const step = stepOf(whole);
    if (step < this.base || step >= this.base + this.counts.length) this.grow(step, step);
    const slot = step - this.base;
    this.counts[slot] = (this.counts[slot] as number) + 1;
  }

  /** Adds all of `other`. */
  merge(other: Histogram): void {
    if (other.count === 0) return;
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.grow(other.base, other.base + other.counts.length - 1);
    const shift = other.base - this.base;
    for (let i = 0; i < other.counts.length; i++) {
      this.counts[i + shift] = (this.counts[i + shift] ?? 0) + (other.counts[i] ?? 0);
    }
  }

  /** The smallest value that at least the share `q` of all values does not exceed (nearest rank), or NaN when empty. */
  percentile(q: number): number {
    return this.percentiles([q])[0] ?? Number.NaN;
  }

  /** Several percentiles in one pass; `shares` ascending. */
  percentiles(shares: readonly number[]): number[] {
    const found: number[] = [];
    let seen = 0;
    let step = -1;
    for (const share of shares) {
      if (this.count === 0) {
        found.push(Number.NaN);
        continue;
      }
      const rank = Math.min(this.count, Math.max(1, Math.ceil(share * this.count)));
      while (seen < rank) seen += this.counts[++step] ?? this.count;
      found.push(Math.min(this.max, Math.max(this.min, middleOf(this.base + Math.max(0, step)))));
    }
    return found;
  }

  /** What a report prints, null when nothing was recorded. */
  summary(): LatencyNs | null {
    if (this.count === 0) return null;
    const [p50 = 0, p90 = 0, p99 = 0, p999 = 0] = this.percentiles([0.5, 0.9, 0.99, 0.999]);
    return { min: this.min, mean: Math.round(this.sum / this.count), p50, p90, p99, p999, max: this.max };
  }

  /** Makes room for the steps `from` to `to`, with some slack so that a drifting latency does not copy every time. */
  private grow(from: number, to: number): void {
    const empty = this.counts.length === 0;
    const first = empty ? from : Math.min(this.base, from);
    const last = empty ? to : Math.max(this.base + this.counts.length - 1, to);
    if (!empty && first === this.base && last === this.base + this.counts.length - 1) return;
    const base = Math.max(0, first < this.base || empty ? first - SLACK : first);
    const counts = new Uint32Array(last - base + 1 + SLACK);
    counts.set(this.counts, empty ? 0 : this.base - base);
    this.base = base;
    this.counts = counts;
  }
}
