/**
 * The latest thing that happened to each page, for as many pages as a process may have. Chunks of 512 pages hold one
 * number a page; what covers many chunks at once is kept as a range beside them, and the later of both counts.
 * Numbers grow with time, so "later" is "larger".
 */
import { RangeMap } from "./rangeMap";

const CHUNK_PAGES = 512;
/** A range of more chunks than this does not go into them: dropping 64 GiB must not cost 32 768 writes. */
const WIDE_CHUNKS = 16;
/** 4 KiB each: 64 MiB for 32 GiB of memory that was placed page by page. */
const MAX_CHUNKS = 16_384;

export class PageMap {
  private readonly chunks = new Map<number, Float64Array>();
  private wide = new RangeMap<number>();
  private lastNumber = -1;
  private last: Float64Array | undefined;
  /** Pages were given up because there were too many: absence proves nothing any more. */
  forgot = false;

  /** 0 when nothing is known. */
  get(page: number): number {
    const number = Math.floor(page / CHUNK_PAGES);
    const near = this.chunks.get(number)?.[page - number * CHUNK_PAGES] ?? 0;
    return this.wide.size === 0 ? near : Math.max(near, this.wide.at(page)?.value ?? 0);
  }

  /** `value` must be larger than all before. */
  set(start: number, end: number, value: number): void {
    if (end - start === 1) {
      const number = Math.floor(start / CHUNK_PAGES);
      this.chunk(number)[start - number * CHUNK_PAGES] = value;
      return;
    }
    if (end - start > WIDE_CHUNKS * CHUNK_PAGES) {
      this.wide.set(start, end, value);
      this.forgot ||= this.wide.forgot;
      this.clear(Math.ceil(start / CHUNK_PAGES), Math.floor(end / CHUNK_PAGES));
      return;
    }
    for (let page = start; page < end; ) {
      const number = Math.floor(page / CHUNK_PAGES);
      const base = number * CHUNK_PAGES;
      const stop = Math.min(end, base + CHUNK_PAGES);
      this.chunk(number).fill(value, page - base, stop - base);
      page = stop;
    }
  }

  /** A copy for a child, or an empty map that says it forgot when copying would cost too much. */
  fork(maxChunks: number): PageMap {
    const copy = new PageMap();
    if (this.chunks.size > maxChunks) {
      copy.forgot = true;
      return copy;
    }
    for (const [number, chunk] of this.chunks) copy.chunks.set(number, chunk.slice());
    copy.wide = this.wide.copy();
    copy.forgot = this.forgot;
    return copy;
  }

  private chunk(number: number): Float64Array {
    if (number === this.lastNumber && this.last) return this.last;
    let chunk = this.chunks.get(number);
    if (!chunk) {
      if (this.chunks.size >= MAX_CHUNKS) this.evict();
      chunk = new Float64Array(CHUNK_PAGES);
      this.chunks.set(number, chunk);
    }
    this.lastNumber = number;
    this.last = chunk;
    return chunk;
  }

  private evict(): void {
    const oldest = this.chunks.keys().next().value;
    if (oldest !== undefined) this.chunks.delete(oldest);
    this.lastNumber = -1;
    this.forgot = true;
  }

  /** Forgets whole chunks that a wide range has overwritten. */
  private clear(from: number, to: number): void {
    this.lastNumber = -1;
    if (to - from > this.chunks.size) {
      for (const number of this.chunks.keys()) if (number >= from && number < to) this.chunks.delete(number);
      return;
    }
    for (let number = from; number < to; number++) this.chunks.delete(number);
  }
}
