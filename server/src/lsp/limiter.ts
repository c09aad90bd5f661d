/** Lets at most one value an interval through; of those that come in between only the newest survives. */
export class LatestLimiter<T> {
  #newest: { readonly value: T } | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly intervalMs: number,
    readonly send: (value: T) => void,
  ) {}

  push(value: T): void {
    if (this.#timer !== undefined) {
      this.#newest = { value };
      return;
    }
    this.send(value);
    this.#timer = setTimeout(() => this.#next(), this.intervalMs);
    this.#timer.unref();
  }

  /** Forgets what waits: nothing older than the next `push` is sent. */
  clear(): void {
    this.#newest = undefined;
  }

  /** Sends what waits now, so that nothing is newer than what the receiver has. */
  flush(): void {
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest !== undefined) this.send(newest.value);
  }

  #next(): void {
    this.#timer = undefined;
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest !== undefined) this.push(newest.value);
  }
}
