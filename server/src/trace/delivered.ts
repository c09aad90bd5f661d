/**
 * Fault messages that were read and not yet matched with a fault, by page. There are about as many as threads wait, so
 * every waking ioctl can be checked against them.
 */
import type { Call } from "./wakeHistory";

export interface Delivered {
  readonly timeNs: number;
  readonly page: number;
  /** The reader, and the descriptor it read. */
  readonly pid: number;
  readonly fd: number;
  /** Faulting thread as the kernel told the reader; 0 without UFFD_FEATURE_THREAD_ID. */
  readonly ptid: number;
  readonly flags: number;
  /** Calls since that covered the page, oldest first: the first one and the latest ones. */
  calls: Call[];
  /** It waited already when recording began: when it was raised is not known. */
  readonly before: boolean;
  /** A fault of this page was running when it was read: then it may be a repeat of that fault's message. */
  repeat: boolean;
}

const NONE: readonly Delivered[] = [];
const MAX_CALLS = 4;
const MAX_MESSAGES = 200_000;

export class DeliveredMessages {
  private readonly byPage = new Map<number, Delivered[]>();
  private size = 0;
  /** Messages given up because too many were waiting at once. */
  dropped = 0;

  get empty(): boolean {
    return this.size === 0;
  }

  add(message: Delivered): void {
    if (this.size >= MAX_MESSAGES) {
      this.dropped++;
      return;
    }
    const known = this.byPage.get(message.page);
    if (known) known.push(message);
    else this.byPage.set(message.page, [message]);
    this.size++;
  }

  at(page: number): readonly Delivered[] {
    return this.byPage.get(page) ?? NONE;
  }

  /** The only message about a page of the range that `holds`; undefined when there is none or more than one. */
  onlyOne(startPage: number, endPage: number, holds: (message: Delivered) => boolean): Delivered | undefined {
    let found: Delivered | undefined;
    for (const [page, messages] of this.byPage) {
      if (page < startPage || page >= endPage) continue;
      for (const message of messages) {
        if (!holds(message)) continue;
        if (found) return undefined;
        found = message;
      }
    }
    return found;
  }

  /** Whether any message is about a page of the range. */
  touches(startPage: number, endPage: number): boolean {
    if (endPage - startPage > this.byPage.size) {
      for (const page of this.byPage.keys()) if (page >= startPage && page < endPage) return true;
      return false;
    }
    for (let page = startPage; page < endPage; page++) if (this.byPage.has(page)) return true;
    return false;
  }

  /** Notes an ioctl for every message whose page it covers. */
  cover(call: Call): void {
    const pages = call.endPage - call.startPage;
    if (pages <= this.byPage.size) {
      for (let page = call.startPage; page < call.endPage; page++) this.note(this.byPage.get(page), call);
      return;
    }
    for (const [page, messages] of this.byPage) {
      if (page >= call.startPage && page < call.endPage) this.note(messages, call);
    }
  }

  remove(message: Delivered): void {
    const known = this.at(message.page);
    if (!known.includes(message)) return;
    const rest = known.length === 1 ? NONE : known.filter((other) => other !== message);
    this.size--;
    if (rest.length === 0) this.byPage.delete(message.page);
    else this.byPage.set(message.page, [...rest]);
  }

  *all(): Iterable<Delivered> {
    for (const messages of this.byPage.values()) yield* messages;
  }

  private note(messages: readonly Delivered[] | undefined, call: Call): void {
    for (const message of messages ?? []) {
      if (call.endNs < message.timeNs) continue;
      if (message.calls.length === 0) message.calls = [call];
      else {
        if (message.calls.length >= MAX_CALLS) message.calls.splice(1, 1);
        message.calls.push(call);
      }
    }
  }
}
