/**
 * The way of messages to one page: one at a time, and while one is under way only the newest of each kind waits. A page
 * that draws slowly skips frames, it never falls behind.
 */
import type { HostToWebview } from "#protocol/panel";

type Waiting = { [K in HostToWebview["type"]]?: Extract<HostToWebview, { type: K }> };

export class PageFeed {
  #waiting: Waiting = {};
  #sending = false;

  /** @param post delivers; resolves false when the page is hidden, which destroys it: it will ask again. */
  constructor(readonly post: (message: HostToWebview) => PromiseLike<boolean>) {}

  send(message: HostToWebview): void {
    // A snapshot says all that an older state or frame would.
    if (message.type === "snapshot") this.#waiting = { snapshot: message };
    else this.#waiting = { ...this.#waiting, [message.type]: message };
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    try {
      for (let next = this.#take(); next !== undefined; next = this.#take()) {
        if (!(await this.post(next))) this.#waiting = {};
      }
    } finally {
      this.#sending = false;
    }
  }

  #take(): HostToWebview | undefined {
    const { snapshot, state, frame } = this.#waiting;
    const next = snapshot ?? state ?? frame;
    if (next !== undefined) {
      const { [next.type]: _, ...rest } = this.#waiting;
      this.#waiting = rest;
    }
    return next;
  }
}
