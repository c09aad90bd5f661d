/** Page ranges registered with a userfaultfd, by process: what makes a fault of unknown cause a possible userfault. */

interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** REGISTER mode bits. */
  readonly mode: number;
}

/** More ranges than this in one process are merged into one that spans them: too wide rather than forgotten. */
const MAX_RANGES = 65_536;

export class RegisteredRanges {
  /** Per process, sorted and disjoint. */
  private readonly byPid = new Map<number, Range[]>();

  add(pid: number, start: number, end: number, mode: number): void {
    if (end <= start) return;
    const rest = this.without(pid, start, end);
    if (rest.length >= MAX_RANGES) {
      const first = Math.min(start, rest[0]?.start ?? start);
      const last = Math.max(end, rest[rest.length - 1]?.end ?? end);
      this.byPid.set(pid, [{ start: first, end: last, mode }]);
      return;
    }
    rest.splice(lowerBound(rest, start), 0, { start, end, mode });
    this.byPid.set(pid, rest);
  }

  remove(pid: number, start: number, end: number): void {
    if (this.byPid.has(pid)) this.byPid.set(pid, this.without(pid, start, end));
  }

  forget(pid: number): void {
    this.byPid.delete(pid);
  }

  /** REGISTER mode bits of the range that holds `page`, undefined when none does. */
  modeAt(pid: number, page: number): number | undefined {
    const ranges = this.byPid.get(pid);
    if (!ranges) return undefined;
    const range = ranges[lowerBound(ranges, page + 1) - 1];
    return range !== undefined && page < range.end ? range.mode : undefined;
  }

  /** The ranges of a process with [start, end) cut out. */
  private without(pid: number, start: number, end: number): Range[] {
    const kept: Range[] = [];
    for (const range of this.byPid.get(pid) ?? []) {
      if (range.end <= start || range.start >= end) {
        kept.push(range);
        continue;
      }
      if (range.start < start) kept.push({ ...range, end: start });
      if (range.end > end) kept.push({ ...range, start: end });
    }
    return kept;
  }
}

/** Index of the first range that starts at or after `page`. */
function lowerBound(ranges: readonly Range[], page: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle] as Range).start < page) low = middle + 1;
    else high = middle;
  }
  return low;
}
