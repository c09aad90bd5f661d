/**
 * The drain loop's body: moves events from the ring into batches, hands them to the trace at once and to the file when a
 * batch is full or a tenth of a second old. Knows nothing of threads, timers and states; the session drives it.
 */
import { ArrowWriter, type ChunkSink } from "../recording/arrowWriter";
import { type Batch, BatchBuilder, type OwnRow, type RecordingHeader } from "../recording/batch";
import { type EndText, EventKind, type SiteText } from "../recording/schema";
import type { ProbeSession, SiteSample } from "./addon";
import { LossMeter } from "./lossMeter";

/** Whoever aggregates the rows; the columns are reused after the call. */
export interface RowSink {
  add(batch: Batch): void;
}

/** Turns raw call sites into frames; `symbolizer.ts` does it in a process of its own. */
export interface SiteResolver {
  resolve(sample: SiteSample): Promise<SiteText>;
  /** Reads a process's mappings before it ends; resolves with why that failed, if it did. */
  prefetch(pid: number): Promise<string | undefined>;
  /** Ends it; sites that still wait are answered without lines. */
  close(): void;
}

export interface RecorderParts {
  readonly probe: ProbeSession;
  readonly header: RecordingHeader;
  readonly chunks: ChunkSink;
  readonly sink: RowSink;
  readonly resolver: SiteResolver | undefined;
  /** Recording time, ns. */
  readonly nowNs: () => number;
}

/** A tick stops at the first partial batch; under full load it stops here, so that messages get their turn. */
const MAX_BATCHES_A_TICK = 32;
const FLUSH_NS = 100e6;
const SITE_TIMEOUT_MS = 5000;

export class Recorder {
  private readonly builder = new BatchBuilder();
  private readonly writer: ArrowWriter;
  private readonly losses = new LossMeter();
  private readonly waitingSites = new Set<number>();
  private readonly resolved: OwnRow[] = [];
  private flushedNs = 0;

  /** Writes the header at once. Throws what the file throws. */
  constructor(private readonly parts: RecorderParts) {
    this.writer = new ArrowWriter(parts.header, parts.chunks);
  }

  /** Drains the ring once. Throws what the file throws. */
  tick(): void {
    for (let n = 0; n < MAX_BATCHES_A_TICK; n++) {
      if (!this.drainOnce()) break;
    }
    for (const sample of this.parts.probe.takeSites()) this.resolve(sample);
    this.pushAll(this.resolved.splice(0));
    const now = this.parts.nowNs();
    if (now - this.flushedNs < FLUSH_NS) return;
    this.pushAll(this.losses.rows(this.parts.probe.losses(), now));
    this.flush();
    this.flushedNs = now;
  }

  /** Adds a row of the recorder's own. */
  push(row: OwnRow): void {
    this.pushAll([row]);
  }

  /**
   * Takes the last events after the probe has detached, waits a little for call sites still being resolved, and ends the
   * stream. Throws what the file throws.
   */
  async finish(end: EndText): Promise<void> {
    while (this.drainOnce());
    for (const sample of this.parts.probe.takeSites()) this.resolve(sample);
    const now = this.parts.nowNs();
    this.pushAll(this.losses.rows(this.parts.probe.losses(), now));
    this.flush();
    await this.sitesResolved();
    this.pushAll([...this.resolved.splice(0), { kind: EventKind.End, timeNs: now, text: JSON.stringify(end) }]);
    this.flush();
    this.writer.finish();
  }

  /** One drain; true when there may be more. */
  private drainOnce(): boolean {
    const { builder } = this;
    const from = builder.rows;
    builder.rows = this.parts.probe.drain(builder.columns, from, builder.texts);
    if (builder.rows > from) this.parts.sink.add(builder.slice(from));
    if (!builder.full) return false;
    this.flush();
    return true;
  }

  private pushAll(rows: readonly OwnRow[]): void {
    for (const row of rows) {
      if (this.builder.full) this.flush();
      const from = this.builder.rows;
      this.builder.push(row);
      this.parts.sink.add(this.builder.slice(from));
    }
  }

  private flush(): void {
    // Also when writing fails the rows are done with: the trace has them, and the file says where it ends.
    try {
      this.writer.write(this.builder);
    } finally {
      this.builder.clear();
    }
  }

  private resolve(sample: SiteSample): void {
    const { resolver } = this.parts;
    if (!resolver) {
      this.site(sample.site, { frames: [], note: "Call sites have no source lines: the symbolizer is not installed." });
      return;
    }
    this.waitingSites.add(sample.site);
    resolver
      .resolve(sample)
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        return { frames: [], note: `Some call sites have no source lines: ${reason}` };
      })
      .then((text) => {
        if (this.waitingSites.delete(sample.site)) this.site(sample.site, text);
      });
  }

  private site(site: number, text: SiteText): void {
    this.resolved.push({ kind: EventKind.Site, timeNs: this.parts.nowNs(), site, text: JSON.stringify(text) });
  }

  private async sitesResolved(): Promise<void> {
    const deadline = Date.now() + SITE_TIMEOUT_MS;
    while (this.waitingSites.size > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 5));
    for (const site of this.waitingSites) {
      this.site(site, {
        frames: [],
        note: "Some call sites have no source lines: the symbolizer did not answer in time.",
      });
    }
    this.waitingSites.clear();
  }
}
