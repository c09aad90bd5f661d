/** One stretch of equal values over `[start, end)`. */
export interface Run<T> {
  readonly start: number;
  readonly end: number;
  readonly v: T;
}

/** Values over ranges of integers, kept as runs; everything outside the runs has the value given at construction. */
export class RunMap<T> {
  private runs: Run<T>[] = [];

  constructor(
    private readonly otherwise: T,
    private readonly same: (a: T, b: T) => boolean = Object.is,
  ) {}

  get(at: number): T {
    for (const r of this.runs) {
      if (at < r.start) break;
      if (at < r.end) return r.v;
    }
    return this.otherwise;
  }

  set(start: number, end: number, v: T): void {
    this.update(start, end, () => v);
  }

  /** Replaces every value in the range, the one of the gaps included. */
  update(start: number, end: number, f: (v: T, start: number, end: number) => T): void {
    if (end <= start) return;
    const out: Run<T>[] = [];
    const changed = this.over(start, end).map((r) => ({ start: r.start, end: r.end, v: f(r.v, r.start, r.end) }));
    for (const r of this.runs) {
      if (r.start < start) out.push(r.end <= start ? r : { start: r.start, end: start, v: r.v });
    }
    out.push(...changed);
    for (const r of this.runs) {
      if (r.end > end) out.push(r.start >= end ? r : { start: end, end: r.end, v: r.v });
    }
    this.runs = this.joined(out);
  }

  /** The runs that cover exactly the range, gaps filled in. */
  over(start: number, end: number): Run<T>[] {
    const out: Run<T>[] = [];
    let at = start;
    for (const r of this.runs) {
      if (r.end <= at) continue;
      if (r.start >= end) break;
      if (r.start > at) out.push({ start: at, end: r.start, v: this.otherwise });
      const from = Math.max(at, r.start);
      const to = Math.min(end, r.end);
      out.push({ start: from, end: to, v: r.v });
      at = to;
    }
    if (at < end) out.push({ start: at, end, v: this.otherwise });
    return out;
  }

  private joined(runs: readonly Run<T>[]): Run<T>[] {
    const out: Run<T>[] = [];
    for (const r of runs) {
      const last = out.at(-1);
      if (last && last.end === r.start && this.same(last.v, r.v)) out[out.length - 1] = { ...last, end: r.end };
      else out.push(r);
    }
    return out;
  }

  /** Forgets everything that was set. */
  clear(): void {
    this.runs = [];
  }

  /** All runs that were ever set. */
  all(): readonly Run<T>[] {
    return this.runs;
  }
}
