/**
 * Puts events into the order in which they happened. Rows come when calls ended, and those whose thread was preempted on
 * its way out come later still; a call counts from its begin. Nearly sorted, so each new one walks back a step or two.
 */

interface Slot<T> {
  readonly atNs: number;
  readonly item: T;
}

/** How long a row may be late; later ones are taken as they come. */
const SETTLE_NS = 20e6;
const MAX_WAITING = 65_536;

export class Timeline<T> {
  private slots: Slot<T>[] = [];
  private head = 0;
  private watermarkNs = 0;

  /** Time that has passed for sure. */
  get reachedNs(): number {
    return this.watermarkNs;
  }

  add(atNs: number, item: T): void {
    const { slots } = this;
    let index = slots.length;
    const slot = { atNs, item };
    slots.push(slot);
    for (; index > this.head && (slots[index - 1] as Slot<T>).atNs > atNs; index--) {
      slots[index] = slots[index - 1] as Slot<T>;
    }
    slots[index] = slot;
  }

  /** Time has passed until `nowNs` for sure. */
  reach(nowNs: number): void {
    if (nowNs > this.watermarkNs) this.watermarkNs = nowNs;
  }

  /** Hands out what can have no predecessor any more; with `all`, the rest as well. */
  drain(take: (item: T) => void, all = false): void {
    const { slots } = this;
    const untilNs = this.watermarkNs - SETTLE_NS;
    while (this.head < slots.length) {
      const slot = slots[this.head] as Slot<T>;
      if (!all && slot.atNs > untilNs && slots.length - this.head <= MAX_WAITING) break;
      this.head++;
      take(slot.item);
    }
    if (this.head === slots.length) {
      slots.length = 0;
      this.head = 0;
    } else if (this.head > 4096 && this.head * 2 > slots.length) {
      this.slots = slots.slice(this.head);
      this.head = 0;
    }
  }
}
