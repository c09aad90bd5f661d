/** `faultscope compare`: two recordings side by side. */
import { formatCount, formatFactor, formatQuantity, formatRate, formatTime } from "#protocol/format";
import { type Comparison, compareReports, type LatencyComparison, type Pair } from "./comparison";
import type { Command } from "./io";
import { parseOptions } from "./options";
import { UsageError } from "./problems";
import { readTrace } from "./readTrace";
import { type Column, table } from "./table";

const COLUMNS: readonly Column[] = ["", "A", "B", "B / A"].map((title, index) => ({
  title,
  align: index === 0 ? "left" : "right",
}));

function row(name: string, { a, b, change }: Pair, format: (value: number) => string): string[] {
  return [name, format(a), format(b), change === null ? "–" : formatFactor(change)];
}

function latencyRows(latency: LatencyComparison | null): string[][] {
  if (!latency) return [];
  return [
    row("  p50", latency.p50, formatTime),
    row("  p99", latency.p99, formatTime),
    row("  max", latency.max, formatTime),
  ];
}

/** The comparison in columns for people. */
export function comparisonText(comparison: Comparison): string {
  const side = (name: string, { file, durationNs, lost }: Comparison["a"]): string =>
    `${name}  ${file} · ${formatTime(durationNs)} · ${lost === 0 ? "lost 0" : `LOST ${formatQuantity(lost, "event")}: its counts are too low`}\n`;
  const { faults } = comparison;
  const rows = comparison.ioctls.flatMap((op) => [
    row(`${op.op} calls`, op.calls, formatCount),
    row("  rate", op.callsPerS, formatRate),
    ...(op.errors.a + op.errors.b > 0 ? [row("  errors", op.errors, formatCount)] : []),
    ...latencyRows(op.latencyNs),
  ]);
  const faultRows =
    faults.total.a + faults.total.b === 0
      ? []
      : [
          row("faults", faults.total, formatCount),
          row("  rate", faults.perS, formatRate),
          ...latencyRows(faults.latencyNs),
        ];
  const all = [...rows, ...faultRows];
  const body = all.length === 0 ? "Neither recording holds an ioctl or a fault.\n" : table(COLUMNS, all);
  return `${side("A", comparison.a)}${side("B", comparison.b)}\n${body}`;
}

export const compare: Command = async (args, io) => {
  const options = parseOptions(args, { json: { type: "boolean" } });
  const [a, b, ...more] = options.positionals;
  if (a === undefined || b === undefined || more.length > 0) throw new UsageError("It takes two recordings, A and B.");
  const comparison = compareReports(readTrace(a).report(), readTrace(b).report(), [a, b]);
  io.out(options.flag("json") ? `${JSON.stringify(comparison)}\n` : comparisonText(comparison));
  return 0;
};
