/** Events a second over the last second, kept apart from the charts so that it needs no histogram. */

const SLOT_NS = 2 ** 24;
/** 60 whole slots are 1.007 s; the slot being filled is left out, so the rate does not flicker. */
const SLOTS = 64;
const SPAN = 60;

export interface Rates {
  readonly ioctlsPerS: number;
  readonly faultsPerS: number;
  readonly bytesPerS: number;
}

export class RateMeter {
  private readonly ioctls = new Float64Array(SLOTS);
  private readonly faults = new Float64Array(SLOTS);
  private readonly bytes = new Float64Array(SLOTS);
  private newest = 0;

  addIoctl(timeNs: number, bytes: number): void {
    const slot = this.slot(timeNs);
    if (slot < 0) return;
    this.ioctls[slot] = (this.ioctls[slot] as number) + 1;
    this.bytes[slot] = (this.bytes[slot] as number) + bytes;
  }

  addFault(timeNs: number): void {
    const slot = this.slot(timeNs);
    if (slot >= 0) this.faults[slot] = (this.faults[slot] as number) + 1;
  }

  at(nowNs: number): Rates {
    this.slot(nowNs);
    const now = Math.floor(Math.max(0, nowNs) / SLOT_NS);
    // At the very start there has not been a second yet.
    const span = Math.min(SPAN, now);
    const seconds = (span * SLOT_NS) / 1e9;
    const rate = (slots: Float64Array): number => {
      let sum = 0;
      for (let slot = now - span; slot < now; slot++) {
        if (slot > this.newest - SLOTS && slot <= this.newest) sum += slots[slot % SLOTS] as number;
      }
      return seconds > 0 ? sum / seconds : 0;
    };
    return { ioctlsPerS: rate(this.ioctls), faultsPerS: rate(this.faults), bytesPerS: rate(this.bytes) };
  }

  /** Index into the rings, or -1 for what is too old to matter. */
  private slot(timeNs: number): number {
    const slot = Math.floor(Math.max(0, timeNs) / SLOT_NS);
    if (slot > this.newest) {
      const first = Math.max(this.newest + 1, slot - SLOTS + 1);
      for (let fresh = first; fresh <= slot; fresh++) {
        const at = fresh % SLOTS;
        this.ioctls[at] = 0;
        this.faults[at] = 0;
        this.bytes[at] = 0;
      }
      this.newest = slot;
    }
    return slot > this.newest - SLOTS ? slot % SLOTS : -1;
  }
}
