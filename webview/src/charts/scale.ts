/** Axis marks: pure functions from a range to round values. */

const MANTISSAS = [1, 2, 5];
/** Steps of a clock above ten seconds, in seconds. */
const CLOCK_STEPS_S = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Smallest of 1, 2, 5 × 10ⁿ that is not below `value` (> 0). */
export function roundUp125(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const mantissa = MANTISSAS.find((m) => m * power >= value * (1 - 1e-9));
  return mantissa === undefined ? 10 * power : mantissa * power;
}

/** Largest of 1, 2, 5 × 10ⁿ that is not above `value` (> 0). */
export function roundDown125(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const mantissa = [...MANTISSAS].reverse().find((m) => m * power <= value * (1 + 1e-9));
  return (mantissa ?? 1) * power;
}

/** Distance of the marks of a time axis in ns, so that at most `maxMarks` fit into `spanNs`. */
export function timeStep(spanNs: number, maxMarks: number): number {
  const wanted = spanNs / Math.max(1, maxMarks);
  if (wanted <= 5e9) return roundUp125(Math.max(1, wanted));
  const step = CLOCK_STEPS_S.find((seconds) => seconds * 1e9 >= wanted);
  return step === undefined ? Math.ceil(wanted / 86_400e9) * 86_400e9 : step * 1e9;
}

/** Multiples of `step` within `[start, end]`. */
export function multiples(start: number, end: number, step: number): number[] {
  const first = Math.ceil(start / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

export interface LogScale {
  readonly min: number;
  readonly max: number;
  readonly marks: readonly number[];
}

/** A logarithmic axis around `[low, high]` (> 0) that ends on round values and spans at least one decade. */
export function logScale(low: number, high: number, maxMarks = 6): LogScale {
  const min = roundDown125(Math.min(low, high / 2));
  const max = Math.max(roundUp125(high), min * 10);
  const decades = multiples(Math.log10(min), Math.log10(max), 1).map((power) => 10 ** power);
  if (decades.length >= 2) return { min, max, marks: thin(decades, maxMarks) };
  const all: number[] = [];
  for (let mark = min; mark <= max * (1 + 1e-9); mark = roundUp125(mark * 1.5)) all.push(mark);
  return { min, max, marks: thin(all, maxMarks) };
}

function thin(marks: readonly number[], most: number): readonly number[] {
  const stride = Math.ceil(marks.length / most);
  return marks.filter((_, index) => index % stride === 0);
}

/** Moves label centres apart to at least `gap`, keeps their order and stays within `[top, bottom]` while there is room. */
export function spreadLabels(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  let floor = top;
  for (const label of order) {
    label.y = Math.max(label.y, floor);
    floor = label.y + gap;
  }
  let ceiling = bottom;
  for (const label of order.reverse()) {
    label.y = Math.min(label.y, ceiling);
    ceiling = label.y - gap;
  }
  const placed = new Array<number>(wanted.length).fill(0);
  for (const { y, index } of order) placed[index] = y;
  return placed;
}
