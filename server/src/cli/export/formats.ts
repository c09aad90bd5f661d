/** Formats with one record an event, or one document a report. Each is a generator of text pieces. */
import type { Report } from "#protocol/report";
import type { Batch } from "../../recording/batch";
import { COLUMNS } from "../../recording/schema";
import { reportMarkdown } from "./markdown";
import { perfetto } from "./perfetto";
import { type ExportRow, exportRows } from "./rows";
import { textLine } from "./text";

export interface Source {
  readonly batches: () => Iterable<Batch>;
  readonly report: () => Report;
}
export type Format = (source: Source) => Iterable<string>;

const NUMBERS = COLUMNS.map(([name]) => name).filter((name) => name !== "kind");

function* eachRow(source: Source, line: (row: ExportRow) => string): Iterable<string> {
  for (const batch of source.batches()) {
    const lines: string[] = [];
    for (const row of exportRows(batch)) lines.push(line(row));
    yield lines.join("");
  }
}

function csvCell(value: string): string {
  return /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function* csv(source: Source): Iterable<string> {
  yield `${["kind", "name", "error", ...NUMBERS, "text"].join(",")}\n`;
  yield* eachRow(source, ({ kind, name, error, values, text }) => {
    const cells = [kind, name, error, ...NUMBERS.map((column) => String(values[column])), csvCell(text ?? "")];
    return `${cells.join(",")}\n`;
  });
}

/** Numbers beyond 2^53 as text: JSON readers round them. */
function jsonNumber(value: number | bigint | undefined): number | string {
  if (typeof value !== "bigint") return value ?? 0;
  return value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER ? Number(value) : String(value);
}

function jsonl(source: Source): Iterable<string> {
  return eachRow(source, ({ kind, name, error, values, text }) => {
    const numbers = Object.fromEntries(NUMBERS.map((column) => [column, jsonNumber(values[column])]));
    const words = { kind, ...(name === "" ? {} : { name }), ...(error === "" ? {} : { error }) };
    return `${JSON.stringify({ ...words, ...numbers, ...(text === undefined ? {} : { text }) })}\n`;
  });
}

export const FORMATS: Readonly<Record<string, Format>> = {
  perfetto,
  csv,
  jsonl,
  markdown: function* (source) {
    yield reportMarkdown(source.report());
  },
  text: (source) => eachRow(source, textLine),
};
