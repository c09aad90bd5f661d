/** A probe that delivers the rows a test gives it, as the native addon would. */
import type { Addon, AttachOptions, Losses, PreloadOptions, PreloadSession, SiteSample } from "../../record/addon";
import type { Columns } from "../../recording/schema";
import { batchOf, type Row } from "../../trace/testing/rows";

export class FakeProbe implements PreloadSession {
  readonly startNs = process.hrtime.bigint();
  readonly hooks = "fake hooks";
  readonly ringName = "1 2 3";
  loaded = 1;
  alive = true;
  ended = "";
  stopped = false;
  closed = false;
  lost: Losses = {
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
  readonly sites: SiteSample[] = [];
  private readonly queue: Row[] = [];

  emit(...rows: readonly Row[]): void {
    for (const row of rows) this.queue.push(row);
  }

  drain(columns: Columns, from: number, texts: Map<number, string>): number {
    const rows = this.queue.splice(0, columns.kind.length - from);
    const batch = batchOf(rows);
    for (const [name, column] of Object.entries(columns) as [keyof Columns, Uint8Array][]) {
      column.set((batch.columns[name] as Uint8Array).subarray(0, rows.length), from);
    }
    for (const [row, text] of batch.texts) texts.set(from + row, text);
    return from + rows.length;
  }

  takeSites(): SiteSample[] {
    return this.sites.splice(0);
  }

  losses(): Losses {
    return this.lost;
  }

  stop(): void {
    this.stopped = true;
  }

  close(): void {
    this.closed = true;
  }
}

/** An addon that attaches `probe`, or fails like the native one with `failure`. */
export function fakeAddon(probe: FakeProbe, failure?: { code: string; message: string; remedy: string }) {
  const attached: AttachOptions[] = [];
  const preloaded: PreloadOptions[] = [];
  const addon: Addon & { readonly attached: AttachOptions[]; readonly preloaded: PreloadOptions[] } = {
    attached,
    preloaded,
    clockNs: () => process.hrtime.bigint(),
    pageSize: 4096,
    attach(options) {
      attached.push(options);
      if (failure) throw Object.assign(new Error(failure.message), failure);
      return probe;
    },
    preload(options) {
      preloaded.push(options);
      return probe;
    },
  };
  return addon;
}
