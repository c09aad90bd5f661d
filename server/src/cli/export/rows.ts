/** The rows of a recording as plain objects, for formats that have one record an event. */
import type { Batch } from "../../recording/batch";
import { COLUMNS, EventKind } from "../../recording/schema";
import { errnoName } from "../../uffd/errnos";
import { opName } from "../../uffd/ioctls";
import { messageName } from "../../uffd/messages";

const KIND_NAMES = new Map<number, string>(Object.entries(EventKind).map(([name, number]) => [number, name]));

/** One event: the columns by name (64-bit ones as decimal text beyond 2^53), with names for kind, request and errno. */
export interface ExportRow {
  readonly kind: string;
  /** What happened: the op of an ioctl, the name of a message; empty for other kinds. */
  readonly name: string;
  readonly error: string;
  readonly values: Readonly<Record<string, number | bigint>>;
  readonly text: string | undefined;
}

function nameOf(kind: number, request: number): string {
  if (kind === EventKind.Ioctl) return opName(request);
  return kind === EventKind.Message ? messageName(request) : "";
}

/** The rows of a batch in their order. */
export function* exportRows(batch: Batch): Generator<ExportRow> {
  const { columns, texts } = batch;
  for (let row = batch.from; row < batch.to; row++) {
    const values = Object.fromEntries(COLUMNS.map(([name]) => [name, columns[name][row] ?? 0]));
    const kind = Number(values.kind);
    const errno = Number(values.errno);
    yield {
      kind: KIND_NAMES.get(kind) ?? String(kind),
      name: nameOf(kind, Number(values.request)),
      error: errno === 0 ? "" : errnoName(errno),
      values,
      text: texts.get(row),
    };
  }
}
