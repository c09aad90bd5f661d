/** Rows for tests, written as a reader would say them; times in ns, addresses as numbers. */
import type { Batch } from "../../recording/batch";
import { allocateColumns, COLUMNS, type ColumnName, EventKind } from "../../recording/schema";
import { ioctlByName } from "../../uffd/ioctls";

export type Row = Partial<Record<ColumnName, number>> & { readonly text?: string };

/** The rows as one batch. */
export function batchOf(rows: readonly Row[]): Batch {
  const columns = allocateColumns(Math.max(1, rows.length));
  const texts = new Map<number, string>();
  for (const [index, row] of rows.entries()) {
    for (const [name, type] of COLUMNS) {
      const value = row[name] ?? 0;
      if (type === "i64" || type === "u64") (columns[name] as BigInt64Array)[index] = BigInt(value);
      else (columns[name] as Uint32Array)[index] = value;
    }
    if (row.text !== undefined) texts.set(index, row.text);
  }
  return { columns, from: 0, to: rows.length, texts };
}

export const PAGE = 4096;
const PID = 100;

/** An ioctl by name from `begin` to `end`. */
export function ioctl(op: string, tid: number, begin: number, end: number, more: Row = {}): Row {
  const known = ioctlByName(op);
  if (!known) throw new Error(`No ioctl ${op}.`);
  const length = more.length ?? PAGE;
  const result = known.resultField !== undefined && (more.errno ?? 0) === 0 ? length : 0;
  return {
    kind: EventKind.Ioctl,
    request: known.request,
    timeNs: begin,
    durationNs: end - begin,
    pid: PID,
    tid,
    fd: 3,
    length,
    result,
    ...more,
  };
}

/** A PAGEFAULT message read at `time`. */
export function message(tid: number, time: number, address: number, more: Row = {}): Row {
  return { kind: EventKind.Message, request: 0x12, timeNs: time, pid: PID, tid, fd: 3, address, ...more };
}

/** A fault of `tid` from `raised` to `running`, woken by `waker` at `woken`; all absolute. */
export function fault(
  tid: number,
  address: number,
  raised: number,
  woken: number,
  running: number,
  waker: number,
  more: Row = {},
): Row {
  return {
    kind: EventKind.Fault,
    timeNs: raised,
    durationNs: running - raised,
    wokenNs: woken < 0 ? -1 : woken - raised,
    pid: PID,
    tid,
    address,
    peer: waker,
    mode: 0x4,
    ...more,
  };
}

/** When a row is written: the order of a recording. */
export function writtenAt(row: Row): number {
  return (row.timeNs ?? 0) + (row.durationNs ?? 0);
}
