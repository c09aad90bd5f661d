/** A session of the addon, drained as the recorder drains it: every few milliseconds, into one set of columns. */
import type { AttachOptions, Losses, ProbeSession, SiteSample } from "../../../server/src/record/addon";
import {
  allocateColumns,
  BATCH_ROWS,
  COLUMNS,
  type ColumnName,
  type Columns,
  EventKind,
} from "../../../server/src/recording/schema";
import { addon, probePath } from "./machine";

export type Row = Readonly<Record<ColumnName, number>> & { readonly text: string };

const TICK_MS = 5;
export const NO_LOSSES: Losses = {
  ring: 0,
  state: 0,
  decode: 0,
  messages: 0,
  sites: 0,
  children: 0,
  skipped: 0,
  writers: 0,
  faults: 0,
};

interface Batch {
  readonly columns: Columns;
  readonly rows: number;
  readonly texts: ReadonlyMap<number, string>;
}

export class Trace {
  readonly sites: SiteSample[] = [];
  losses = NO_LOSSES;
  private readonly batches: Batch[] = [];
  private timer: NodeJS.Timeout | undefined;

  private constructor(readonly session: ProbeSession) {
    this.timer = setInterval(() => this.drain(), TICK_MS);
  }

  /** Drains a session that was made otherwise. */
  static of(session: ProbeSession): Trace {
    return new Trace(session);
  }

  static attach(pids: readonly number[], options: Partial<AttachOptions> = {}): Trace {
    const session = addon().attach({
      probe: [probePath],
      pids,
      ringBytes: 8 << 20,
      hooks: "auto",
      requireUserfaultfd: false,
      ...options,
    });
    return new Trace(session);
  }

  /** Rows are kept as columns until the trace has stopped: making objects of them would be too slow for the ring. */
  drain(): void {
    for (;;) {
      const columns = allocateColumns(BATCH_ROWS);
      const texts = new Map<number, string>();
      const rows = this.session.drain(columns, 0, texts);
      if (rows > 0) this.batches.push({ columns, rows, texts });
      this.sites.push(...this.session.takeSites());
      if (rows < BATCH_ROWS) return;
    }
  }

  /** Drains no more until `stop`. */
  pause(): void {
    clearInterval(this.timer);
  }

  /** Detaches, takes what is left, closes. */
  stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.session.stop();
    this.drain();
    this.losses = this.session.losses();
    this.session.close();
  }

  of(kind: EventKind): Row[] {
    const found: Row[] = [];
    for (const { columns, rows, texts } of this.batches) {
      for (let row = 0; row < rows; row++) {
        if (columns.kind[row] !== kind) continue;
        const values = COLUMNS.map(([name]) => [name, Number(columns[name][row])]);
        found.push({ ...(Object.fromEntries(values) as Record<ColumnName, number>), text: texts.get(row) ?? "" });
      }
    }
    return found;
  }

  /** Calls of a process counted as the target counts them. */
  calls(pid: number): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const row of this.of(EventKind.Ioctl)) {
      if (row.pid !== pid) continue;
      const key = `${row.request.toString(16)} ${row.errno}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
