/**
 * The one formatter of figures: shell, panel and hovers all print times, sizes and counts through it.
 * Three significant figures, the unit after a space, digits in groups of three. Times come in as integer nanoseconds.
 */

/** Narrow no-break space: groups digits without letting a line break between them. */
export const GROUP_SEPARATOR = "\u202f";
const UNIT_SPACE = "\u00a0";

/** `180212` → `180 212`. Fractions are rounded to the nearest integer. */
export function formatCount(value: number): string {
  const digits = Math.abs(Math.round(value)).toFixed(0);
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, GROUP_SEPARATOR);
  return Math.round(value) < 0 ? `−${grouped}` : grouped;
}

/** Three significant figures without an exponent: 3.10, 23.4, 133; from 1000 on a grouped integer. */
export function formatSignificant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 999.5) return formatCount(value);
  const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  const text = size.toFixed(decimals);
  return value < 0 ? `−${text}` : text;
}

interface Scale {
  readonly unit: string;
  readonly factor: number;
}

const TIME_SCALES: readonly Scale[] = [
  { unit: "ns", factor: 1 },
  { unit: "µs", factor: 1e3 },
  { unit: "ms", factor: 1e6 },
  { unit: "s", factor: 1e9 },
];
const SIZE_SCALES: readonly Scale[] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"].map((unit, power) => ({
  unit,
  factor: 1024 ** power,
}));

/** Picks the unit whose rounded figure stays below `limit`, so 999 600 ns is `1.00 ms`, never `1000 µs`. */
function pickScale(size: number, scales: readonly Scale[], limit: number): Scale {
  const fitting = scales.find((scale) => size / scale.factor < limit);
  return fitting ?? scales[scales.length - 1] ?? { unit: "", factor: 1 };
}

function scaled(value: number, scales: readonly Scale[], limit: number): { number: string; unit: string } {
  const { unit, factor } = pickScale(Math.abs(value), scales, limit);
  const figure = factor === 1 ? formatCount(value) : formatSignificant(value / factor);
  return { number: figure, unit };
}

/** A time as figure and unit apart, for views that set them in different type. `ns` is an integer. */
export function timeParts(ns: number): { readonly number: string; readonly unit: string } {
  return scaled(ns, TIME_SCALES, 999.5);
}

/** `3104` → `3.10 µs`; from 100 s on in minutes, from an hour on in hours. */
export function formatTime(ns: number): string {
  if (Math.abs(ns) >= 100e9) return formatLong(ns);
  const { number, unit } = timeParts(ns);
  return `${number}${UNIT_SPACE}${unit}`;
}

function formatLong(ns: number): string {
  const seconds = Math.round(Math.abs(ns) / 1e9);
  const sign = ns < 0 ? "−" : "";
  const two = (n: number): string => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${sign}${minutes}${UNIT_SPACE}min ${two(seconds % 60)}${UNIT_SPACE}s`;
  return `${sign}${Math.floor(minutes / 60)}${UNIT_SPACE}h ${two(minutes % 60)}${UNIT_SPACE}min`;
}

/** Elapsed time as a clock, for status bars: `0:30.0`, `12:05.3`, `1:02:03`. Cut off, not rounded: a clock never runs ahead. */
export function formatClock(ns: number): string {
  const tenths = Math.floor(Math.max(0, ns) / 1e8);
  const seconds = Math.floor(tenths / 10);
  const two = (n: number): string => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  return `${minutes}:${two(seconds % 60)}.${tenths % 10}`;
}

/** A size as figure and unit apart, binary units. */
export function sizeParts(bytes: number): { readonly number: string; readonly unit: string } {
  return scaled(bytes, SIZE_SCALES, 1000);
}

/** `738197504` → `704 MiB`. */
export function formatBytes(bytes: number): string {
  const { number, unit } = sizeParts(bytes);
  return `${number}${UNIT_SPACE}${unit}`;
}

/** `6007.2` → `6 007 /s`; below 1000 three significant figures. */
export function formatRate(perSecond: number): string {
  return `${formatSignificant(perSecond)}${UNIT_SPACE}/s`;
}

/** Share of a whole, 0…1: `0.0021` → `0.21 %`. A share that is not 0 never prints as 0. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return `<${UNIT_SPACE}0.01${UNIT_SPACE}%`;
  if (share < 1 && percent >= 99.95) return `>${UNIT_SPACE}99.9${UNIT_SPACE}%`;
  return `${formatSignificant(percent)}${UNIT_SPACE}%`;
}

/** Change as a factor: `2.456` → `×2.46`. */
export function formatFactor(factor: number): string {
  return `×${formatSignificant(factor)}`;
}

/** One of a count and its noun: `1 event`, `12 480 events`. */
export function formatQuantity(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)}${UNIT_SPACE}${count === 1 ? singular : plural}`;
}

/** A moment on a time axis, only as fine as the axis is: `15 s`, `18.05 s`, `2:05`. `stepNs` is the distance of its marks. */
export function formatInstant(ns: number, stepNs: number): string {
  const decimals = stepNs >= 1e9 ? 0 : Math.min(9, Math.ceil(-Math.log10(stepNs / 1e9) - 1e-9));
  const seconds = ns / 1e9;
  if (Math.abs(seconds) < 60) return `${seconds.toFixed(decimals).replace("-", "−")}${UNIT_SPACE}s`;
  // Rounded once as a whole, so that 119.96 s at one decimal is 2:00.0 and never 1:60.0.
  const unit = 10 ** decimals;
  const total = Math.round(Math.abs(seconds) * unit);
  const rest = (total % (60 * unit)) / unit;
  const minutes = Math.floor(total / (60 * unit));
  const two = rest.toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, "0");
  const sign = ns < 0 ? "−" : "";
  if (minutes < 60) return `${sign}${minutes}:${two}`;
  return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${two}`;
}
