/**
 * Aggregates over time in buckets a power of two wide, finest where the recording is youngest: level n keeps the last
 * `RING` buckets of width 2^(MIN_SHIFT + n) ns and hands older ones on to level n + 1. Memory grows with the logarithm of
 * the recording's length, a late event still finds its bucket, and any two buckets merge.
 */
const MIN_SHIFT = 24;
const RING = 256;

/** Width of the finest bucket, 16.8 ms. */
export const FINEST_NS = 2 ** MIN_SHIFT;

export interface Bucketing<B> {
  create(): B;
  /** Adds `from` to `into`; `from` is not used afterwards. */
  merge(into: B, from: B): void;
}

interface Level<B> {
  readonly widthNs: number;
  readonly ring: (B | undefined)[];
  /** Index (time / width) of the newest bucket the ring covers. */
  newest: number;
}

export class TimeLevels<B> {
  private readonly levels: Level<B>[] = [];

  constructor(private readonly bucketing: Bucketing<B>) {
    this.level(0).newest = RING - 1;
  }

  /** The bucket that `timeNs` falls into, to be added to. */
  at(timeNs: number): B {
    const time = Math.max(0, timeNs);
    const finest = this.level(0);
    const index = Math.floor(time / FINEST_NS);
    if (index > finest.newest) this.advance(0, index);
    for (let n = 0; ; n++) {
      const level = this.level(n);
      const at = Math.floor(time / level.widthNs);
      if (at > level.newest - RING) return this.bucket(level, at);
    }
  }

  /** Width of the coarsest bucket that holds anything at or after `startNs`: no finer window can be had from there on. */
  resolution(startNs: number): number {
    const level = this.levels.find(({ newest, widthNs }) => (newest - RING + 1) * widthNs <= Math.max(0, startNs));
    return (level ?? this.levels[this.levels.length - 1])?.widthNs ?? FINEST_NS;
  }

  /**
   * Merged buckets of a window: `buckets` of them, `bucketNs` wide (a power of two, at least `resolution(startNs)`),
   * the first one from `startNs` (a multiple of `bucketNs`). Undefined where nothing happened.
   */
  window(startNs: number, bucketNs: number, buckets: number): (B | undefined)[] {
    const merged = new Array<B | undefined>(buckets).fill(undefined);
    for (const level of this.levels) {
      const first = Math.max(level.newest - RING + 1, Math.floor(startNs / level.widthNs), 0);
      const last = Math.min(level.newest, Math.ceil((startNs + bucketNs * buckets) / level.widthNs) - 1);
      for (let index = first; index <= last; index++) {
        const bucket = level.ring[index % RING];
        if (bucket === undefined) continue;
        const target = Math.floor((index * level.widthNs - startNs) / bucketNs);
        const into = merged[target] ?? this.bucketing.create();
        merged[target] = into;
        this.bucketing.merge(into, bucket);
      }
    }
    return merged;
  }

  private level(n: number): Level<B> {
    const known = this.levels[n];
    if (known) return known;
    const finer = this.levels[n - 1];
    const level: Level<B> = {
      widthNs: FINEST_NS * 2 ** n,
      ring: new Array<B | undefined>(RING).fill(undefined),
      newest: Math.max(RING - 1, Math.floor((finer?.newest ?? 0) / 2)),
    };
    this.levels.push(level);
    return level;
  }

  private bucket(level: Level<B>, index: number): B {
    const slot = index % RING;
    const known = level.ring[slot];
    if (known !== undefined) return known;
    const fresh = this.bucketing.create();
    level.ring[slot] = fresh;
    return fresh;
  }

  /** Moves a level's ring on to `index`; what leaves it goes to the next level. */
  private advance(n: number, index: number): void {
    const level = this.level(n);
    if (index <= level.newest) return;
    const leaving: (readonly [number, B])[] = [];
    const oldest = level.newest - RING + 1;
    for (let old = oldest; old <= Math.min(level.newest, index - RING); old++) {
      const slot = old % RING;
      const bucket = level.ring[slot];
      if (bucket !== undefined) leaving.push([old, bucket]);
      level.ring[slot] = undefined;
    }
    level.newest = index;
    // Coarser levels follow even when nothing is handed on: their newest bucket must cover ours.
    if (this.levels.length > n + 1 || leaving.length > 0) this.advance(n + 1, Math.floor(index / 2));
    for (const [old, bucket] of leaving) this.receive(n + 1, Math.floor(old / 2), bucket);
  }

  private receive(n: number, index: number, bucket: B): void {
    const level = this.level(n);
    if (index <= level.newest - RING) {
      this.receive(n + 1, Math.floor(index / 2), bucket);
      return;
    }
    const slot = index % RING;
    const known = level.ring[slot];
    if (known === undefined) level.ring[slot] = bucket;
    else this.bucketing.merge(known, bucket);
  }
}
