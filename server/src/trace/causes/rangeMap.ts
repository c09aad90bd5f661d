/** Values on page ranges: sorted, disjoint, found by bisection. For what a process has few of: mappings, registrations. */

export interface Entry<T> {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly value: T;
}

/** More ranges than the kernel's own default limit on mappings are not kept. */
const MAX_ENTRIES = 65_536;

export class RangeMap<T> {
  private entries: Entry<T>[] = [];
  /** Ranges were given up because there were too many. */
  forgot = false;

  get size(): number {
    return this.entries.length;
  }

  at(page: number): Entry<T> | undefined {
    const entry = this.entries[this.firstEndingAfter(page)];
    return entry !== undefined && entry.start <= page ? entry : undefined;
  }

  /** Entries that touch [start, end), in order. */
  in(start: number, end: number): Entry<T>[] {
    const found: Entry<T>[] = [];
    for (let index = this.firstEndingAfter(start); index < this.entries.length; index++) {
      const entry = this.entries[index] as Entry<T>;
      if (entry.start >= end) break;
      found.push(entry);
    }
    return found;
  }

  all(): readonly Entry<T>[] {
    return this.entries;
  }

  set(start: number, end: number, value: T): void {
    this.replace(start, end, [{ start, end, value }]);
  }

  delete(start: number, end: number): void {
    this.replace(start, end, []);
  }

  /** Changes what lies in the range; gaps stay gaps. */
  update(start: number, end: number, change: (value: T) => T): void {
    const changed = this.in(start, end).map((entry) => ({
      start: Math.max(start, entry.start),
      end: Math.min(end, entry.end),
      value: change(entry.value),
    }));
    if (changed.length > 0) this.replace(start, end, changed);
  }

  copy(): RangeMap<T> {
    const copy = new RangeMap<T>();
    copy.entries = [...this.entries];
    copy.forgot = this.forgot;
    return copy;
  }

  private replace(start: number, end: number, middle: readonly Entry<T>[]): void {
    if (end <= start) return;
    const from = this.firstEndingAfter(start);
    let to = from;
    while (to < this.entries.length && (this.entries[to] as Entry<T>).start < end) to++;
    const put: Entry<T>[] = [];
    const first = this.entries[from];
    if (to > from && first !== undefined && first.start < start) put.push({ ...first, end: start });
    put.push(...middle);
    const last = this.entries[to - 1];
    if (to > from && last !== undefined && last.end > end) put.push({ ...last, start: end });
    if (this.entries.length + put.length - (to - from) > MAX_ENTRIES) {
      this.forgot = true;
      return;
    }
    this.entries.splice(from, to - from, ...put);
  }

  /** Index of the first entry that ends after `page`. */
  private firstEndingAfter(page: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle] as Entry<T>).end <= page) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
