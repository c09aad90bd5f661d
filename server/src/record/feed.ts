/**
 * Between draining and aggregating: batches wait here until there is time for them. Draining must keep up with the ring
 * or events are lost; aggregating may be late. Batches are reused once they are written and aggregated.
 */
import { type Batch, BatchBuilder } from "../recording/batch";

/** Whoever aggregates the rows; the columns are reused after the call. */
export interface RowSink {
  add(batch: Batch): void;
}

interface Waiting {
  readonly batch: BatchBuilder;
  /** Rows that the sink has had. */
  fed: number;
}

/** 1 M events, about 100 MB. Beyond that, aggregating goes first and the ring has to wait. */
const MAX_WAITING = 128;
/** Rows between two looks at the clock. */
const SLICE_ROWS = 1024;

export class Feed {
  /** The batch that is being filled. */
  current = new BatchBuilder();
  private readonly waiting: Waiting[] = [];
  private readonly free: BatchBuilder[] = [];
  private currentFed = 0;

  constructor(private readonly sink: RowSink) {}

  /** True while rows wait for the sink. */
  get behind(): boolean {
    return this.waiting.length > 0 || this.currentFed < this.current.rows;
  }

  /** The current batch is complete: it queues for the sink, and an empty one takes its place. */
  next(): void {
    this.waiting.push({ batch: this.current, fed: this.currentFed });
    this.current = this.free.pop() ?? new BatchBuilder();
    this.currentFed = 0;
    if (this.waiting.length > MAX_WAITING) this.feed(0, this.waiting.length - MAX_WAITING);
  }

  /** Gives the sink rows in their order until `budgetMs` have passed or there are none; `least` batches in any case. */
  feed(budgetMs: number, least = 0): void {
    const end = performance.now() + budgetMs;
    let done = 0;
    while (this.waiting.length > 0) {
      const first = this.waiting[0] as Waiting;
      first.fed = this.slice(first.batch, first.fed);
      if (first.fed >= first.batch.rows) {
        this.waiting.shift();
        first.batch.clear();
        this.free.push(first.batch);
        done++;
      }
      if (done >= least && performance.now() >= end) return;
    }
    while (this.currentFed < this.current.rows) {
      this.currentFed = this.slice(this.current, this.currentFed);
      if (performance.now() >= end) return;
    }
  }

  private slice(batch: BatchBuilder, from: number): number {
    const to = Math.min(batch.rows, from + SLICE_ROWS);
    if (to > from) this.sink.add({ columns: batch.columns, from, to, texts: batch.texts });
    return to;
  }
}
