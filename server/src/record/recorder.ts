/**
 * The drain loop's body: moves events from the ring into batches, writes each to the file when it is full or a tenth of a
 * second old, and hands the rows to the trace as time allows. Knows nothing of threads, timers and states; the session drives it.
 */
import { formatCount } from "#protocol/format";
import type { BatchBuilder, OwnRow } from "../recording/batch";
import { type EndText, EventKind, type SiteText } from "../recording/schema";
import type { ProbeSession, SiteSample } from "./addon";
import { Feed, type RowSink } from "./feed";
import { LossMeter } from "./lossMeter";

/** Turns raw call sites into frames; `symbolizer.ts` does it in a process of its own. */
export interface SiteResolver {
  resolve(sample: SiteSample): Promise<SiteText>;
  /** Reads a process's mappings before it ends; resolves with why that failed, if it did. */
  prefetch(pid: number): Promise<string | undefined>;
  /** Ends it; sites that still wait are answered without lines. */
  close(): void;
}

/** Where batches go: a file, or the memory of the flight recorder. */
export interface RowWriter {
  /** Takes the rows of `batch`, which is reused afterwards. Throws what the file throws. */
  write(batch: BatchBuilder): void;
  /** Ends the stream. */
  finish(): void;
  /** Observations that were let go on purpose. */
  readonly forgotten?: number;
}

export interface RecorderParts {
  readonly probe: ProbeSession;
  readonly writer: RowWriter;
  readonly sink: RowSink;
  readonly resolver: SiteResolver | undefined;
  /** Recording time, ns. */
  readonly nowNs: () => number;
}

/** A tick stops at the first partial batch; under full load it stops here, so that messages get their turn. */
const MAX_BATCHES_A_TICK = 32;
const FLUSH_NS = 100e6;
/** Aggregating gets this much of a tick; what is left waits for the next one. */
const FEED_MS = 10;
const SITE_TIMEOUT_MS = 5000;

export class Recorder {
  private readonly feed: Feed;
  private readonly writer: RowWriter;
  private readonly losses = new LossMeter();
  private readonly waitingSites = new Set<number>();
  private readonly resolved: OwnRow[] = [];
  private flushedNs = 0;

  constructor(private readonly parts: RecorderParts) {
    this.writer = parts.writer;
    this.feed = new Feed(parts.sink);
  }

  /** True while the trace has not yet had everything that was drained. */
  get behind(): boolean {
    return this.feed.behind;
  }

  /** Drains the ring once. Throws what the file throws. */
  tick(): void {
    for (let n = 0; n < MAX_BATCHES_A_TICK; n++) {
      if (!this.drainOnce()) break;
    }
    this.feed.feed(FEED_MS);
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
    this.feed.feed(Number.POSITIVE_INFINITY);
    for (const sample of this.parts.probe.takeSites()) this.resolve(sample);
    const now = this.parts.nowNs();
    this.pushAll(this.losses.rows(this.parts.probe.losses(), now));
    this.flush();
    await this.sitesResolved();
    const text = JSON.stringify(this.withForgotten(end));
    this.pushAll([...this.resolved.splice(0), { kind: EventKind.End, timeNs: now, text }]);
    this.flush();
    this.feed.feed(Number.POSITIVE_INFINITY);
    this.writer.finish();
  }

  private withForgotten(end: EndText): EndText {
    const forgotten = this.writer.forgotten ?? 0;
    if (forgotten === 0) return end;
    const kept = `Only the last events were kept, as asked: ${formatCount(forgotten)} earlier ones are not in this file.`;
    return { ...end, message: end.message === undefined ? kept : `${end.message} ${kept}` };
  }

  /** One drain; true when there may be more. */
  private drainOnce(): boolean {
    const { current } = this.feed;
    current.rows = this.parts.probe.drain(current.columns, current.rows, current.texts);
    if (!current.full) return false;
    this.flush();
    return true;
  }

  private pushAll(rows: readonly OwnRow[]): void {
    for (const row of rows) {
      if (this.feed.current.full) this.flush();
      this.feed.current.push(row);
    }
  }

  private flush(): void {
    if (this.feed.current.rows === 0) return;
    // Also when writing fails the rows go on to the trace; the file says where it ends.
    try {
      this.writer.write(this.feed.current);
    } finally {
      this.feed.next();
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
