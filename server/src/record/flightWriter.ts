/**
 * The flight recorder: keeps the last rows in memory and writes the file when the recording ends. Of what it lets go it
 * remembers what the kept rows need to be understood: names, call sites, processes, ranges that are still registered.
 */
import { ArrowWriter, type ChunkSink } from "../recording/arrowWriter";
import { BatchBuilder, type RecordingHeader } from "../recording/batch";
import { type Columns, EventKind } from "../recording/schema";
import { ioctlByName } from "../uffd/ioctls";
import type { RowWriter } from "./recorder";

const REGISTER = ioctlByName("REGISTER")?.request;
const UNREGISTER = ioctlByName("UNREGISTER")?.request;
/** Kinds that say who and where rather than what happened; the latest of each key is remembered. */
const REMEMBERED: ReadonlySet<number> = new Set([
  EventKind.Machine,
  EventKind.Process,
  EventKind.Thread,
  EventKind.Site,
  EventKind.Registered,
  EventKind.Loss,
]);

interface Remembered {
  readonly columns: Columns;
  readonly row: number;
  readonly text: string | undefined;
}

function bytesOf(batch: BatchBuilder): number {
  const columns = Object.values(batch.columns).reduce((sum, column) => sum + column.BYTES_PER_ELEMENT, 0);
  const texts = [...batch.texts.values()].reduce((sum, text) => sum + text.length, 0);
  return batch.rows * columns + texts;
}

function copyOf(batch: BatchBuilder): BatchBuilder {
  const copy = new BatchBuilder(batch.rows);
  for (let row = 0; row < batch.rows; row++) copy.copy(batch.columns, row, batch.texts.get(row));
  return copy;
}

export class FlightWriter implements RowWriter {
  private readonly kept: { readonly batch: BatchBuilder; readonly bytes: number }[] = [];
  private readonly remembered = new Map<string, Remembered>();
  private bytes = 0;
  private letGo = 0;

  /** `keepBytes` of rows are kept, one batch at least. */
  constructor(
    private readonly header: RecordingHeader,
    private readonly chunks: ChunkSink,
    private readonly keepBytes: number,
  ) {}

  /** Observations that are in no file any more. */
  get forgotten(): number {
    return this.letGo;
  }

  write(batch: BatchBuilder): void {
    if (batch.rows === 0) return;
    const bytes = bytesOf(batch);
    this.kept.push({ batch: copyOf(batch), bytes });
    this.bytes += bytes;
    while (this.bytes > this.keepBytes && this.kept.length > 1) {
      const oldest = this.kept.shift();
      if (!oldest) break;
      this.bytes -= oldest.bytes;
      this.forget(oldest.batch);
    }
  }

  /** Writes the recording: what is remembered, then what is kept. Throws what the file throws. */
  finish(): void {
    const writer = new ArrowWriter(this.header, this.chunks);
    const before = new BatchBuilder(Math.max(1, this.remembered.size));
    const keptFromNs = Number(this.kept[0]?.batch.columns.timeNs[0] ?? 0);
    for (const { columns, row, text } of this.remembered.values()) {
      const isMachine = columns.kind[row] === EventKind.Machine && text !== undefined;
      before.copy(columns, row, isMachine ? JSON.stringify({ ...JSON.parse(text), keptFromNs }) : text);
    }
    writer.write(before);
    for (const { batch } of this.kept) writer.write(batch);
    writer.finish();
  }

  private forget({ columns, rows, texts }: BatchBuilder): void {
    for (let row = 0; row < rows; row++) {
      const kind = columns.kind[row] as number;
      if (REMEMBERED.has(kind)) this.remember(columns, row, kind, texts.get(row));
      else this.letGo++;
      if (kind === EventKind.Ioctl) this.followRanges(columns, row);
    }
  }

  /** A range is known by its start; one registered in rows let go was registered before the kept ones began. */
  private followRanges(columns: Columns, row: number): void {
    if (columns.errno[row] !== 0) return;
    const key = rangeKey(columns, row);
    if (columns.request[row] === UNREGISTER) this.remembered.delete(key);
    if (columns.request[row] !== REGISTER) return;
    const range = new BatchBuilder(1);
    range.copy(columns, row, undefined);
    range.columns.kind[0] = EventKind.Registered;
    this.remembered.set(key, { columns: range.columns, row: 0, text: undefined });
  }

  private remember(columns: Columns, row: number, kind: number, text: string | undefined): void {
    const one = new BatchBuilder(1);
    one.copy(columns, row, text);
    this.remembered.set(keyOf(columns, row, kind), { columns: one.columns, row: 0, text });
  }
}

const rangeKey = (columns: Columns, row: number): string =>
  `${EventKind.Registered} ${columns.pid[row]} ${columns.address[row]}`;

/** What the latest row of this kind replaces. Losses and what happened to processes are all kept. */
function keyOf(columns: Columns, row: number, kind: number): string {
  switch (kind) {
    case EventKind.Thread:
      return `${kind} ${columns.tid[row]}`;
    case EventKind.Site:
      return `${kind} ${columns.site[row]}`;
    case EventKind.Registered:
      return rangeKey(columns, row);
    case EventKind.Machine:
      return `${kind}`;
    default:
      return `${kind} ${columns.timeNs[row]} ${columns.pid[row]} ${columns.request[row]}`;
  }
}
