/** A run of rows as it comes from the ring or out of a file: the one shape the trace consumes. */
import { allocateColumns, BATCH_ROWS, COLUMNS, type Columns, type EventKind } from "./schema";

export interface Batch {
  readonly columns: Columns;
  /** Rows `from` (inclusive) to `to` (exclusive) count. */
  readonly from: number;
  readonly to: number;
  /** Row → text, for the rows that have one. */
  readonly texts: ReadonlyMap<number, string>;
}

/** Facts of a recording that hold for all its rows; schema metadata in the file. */
export interface RecordingHeader {
  /** CLOCK_MONOTONIC at start, ns: what row times are relative to. */
  readonly startNs: bigint;
  /** Wall clock at start, ms since the epoch. */
  readonly startedAtMs: number;
  readonly host: string;
  /** Version of the program that wrote it. */
  readonly writer: string;
}

/** A row the recorder itself adds. Times and counts as plain numbers; absent columns are 0. */
export interface OwnRow {
  readonly kind: EventKind;
  readonly timeNs: number;
  readonly durationNs?: number;
  readonly pid?: number;
  readonly tid?: number;
  readonly peer?: number;
  readonly fd?: number;
  readonly request?: number;
  readonly address?: bigint;
  readonly length?: bigint;
  readonly mode?: bigint;
  readonly site?: number;
  readonly text?: string;
}

/** Columns being filled, with their texts. Not thread-safe; reused after `clear`. */
export class BatchBuilder {
  readonly columns: Columns;
  readonly texts = new Map<number, string>();
  rows = 0;

  constructor(readonly capacity = BATCH_ROWS) {
    this.columns = allocateColumns(capacity);
  }

  get full(): boolean {
    return this.rows >= this.capacity;
  }

  /** Appends one row. The caller makes sure there is room. */
  push(row: OwnRow): void {
    const c = this.columns;
    const at = this.rows;
    if (at >= this.capacity) throw new RangeError("The batch is full.");
    c.kind[at] = row.kind;
    c.timeNs[at] = BigInt(Math.round(row.timeNs));
    c.durationNs[at] = BigInt(Math.round(row.durationNs ?? 0));
    c.wokenNs[at] = 0n;
    c.pid[at] = row.pid ?? 0;
    c.tid[at] = row.tid ?? 0;
    c.peer[at] = row.peer ?? 0;
    c.fd[at] = row.fd ?? 0;
    c.request[at] = row.request ?? 0;
    c.errno[at] = 0;
    c.address[at] = row.address ?? 0n;
    c.source[at] = 0n;
    c.length[at] = row.length ?? 0n;
    c.mode[at] = row.mode ?? 0n;
    c.result[at] = 0n;
    c.site[at] = row.site ?? 0;
    if (row.text !== undefined) this.texts.set(at, row.text);
    this.rows = at + 1;
  }

  /** Appends a copy of row `from` of other columns. The caller makes sure there is room. */
  copy(other: Columns, from: number, text: string | undefined): void {
    const at = this.rows;
    if (at >= this.capacity) throw new RangeError("The batch is full.");
    for (const [name] of COLUMNS) this.columns[name][at] = other[name][from] as never;
    if (text !== undefined) this.texts.set(at, text);
    this.rows = at + 1;
  }

  slice(from: number): Batch {
    return { columns: this.columns, from, to: this.rows, texts: this.texts };
  }

  clear(): void {
    this.rows = 0;
    this.texts.clear();
  }
}
