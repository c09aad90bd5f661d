/**
 * EAGAIN while an event waits to be read. The call that made the event blocks until it was read, so its row comes last:
 * first the failures, then the message, then the madvise, munmap, mremap or fork that it was about.
 */
import { messageName } from "../../uffd/messages";
import type { ObservedName } from "../../uffd/observed";
import { EVENTS } from "../../uffd/traits";
import type { Event } from "./event";
import { type Failure, suspect, type Verdict } from "./failure";
import type { Space, Uffd } from "./space";
import type { World } from "./world";

const KINDS: Readonly<Record<string, ObservedName>> = {
  FORK: "event-fork",
  REMAP: "event-remap",
  REMOVE: "event-remove",
  UNMAP: "event-unmap",
};
/** What makes which event. */
const MAKERS: Readonly<Record<string, RegExp>> = {
  "event-fork": /^fork$/,
  "event-remap": /^mremap$/,
  "event-remove": /^madvise/,
  "event-unmap": /^(munmap|mremap|mmap)$/,
};
/** Failures kept one by one for each descriptor; of more only the latest are told. */
const MAX_FAILURES = 4096;
/** After its message was read, the maker returns within this time or was not recorded. */
const GIVE_UP_NS = 1e9;

interface Pending {
  failures: Failure[];
  /** The message that was read, until its maker has returned. */
  message: { readonly kind: ObservedName; readonly readNs: number; readonly deed: number } | undefined;
}

export class UnreadEvents {
  private readonly byUffd = new Map<Uffd, Pending>();

  constructor(
    private readonly world: World,
    private readonly tell: (failure: Failure, verdict: Verdict) => void,
  ) {}

  add(failure: Failure): void {
    const { uffd } = failure;
    if (uffd.known && (uffd.features & EVENTS) === 0) {
      this.tell(failure, { suspects: [], open: ["the kernel could not take the lock of the mapping"] });
      return;
    }
    const pending = this.pending(uffd);
    if (pending.failures.length >= MAX_FAILURES) {
      const [first] = pending.failures.splice(0, 1);
      if (first) this.tell(first, { suspects: [suspect("event-unread", "likely")], open: [] });
    }
    pending.failures.push(failure);
  }

  /** A message other than a fault was read. */
  addMessage(event: Event): void {
    const kind = KINDS[messageName(event.request)];
    if (!kind) return;
    const uffd = this.world.uffd(event.pid, event.fd);
    const pending = this.pending(uffd);
    if (pending.message) this.settle(uffd, pending, pending.message.deed);
    const after = this.pending(uffd);
    after.message = { kind, readNs: event.timeNs, deed: this.world.deed("read", event) };
  }

  /** A call that may have made an event returned; its deed is `number`. */
  made(space: Space, what: string, number: number): void {
    if (this.byUffd.size === 0) return;
    for (const [uffd, pending] of [...this.byUffd]) {
      if (uffd.space !== space || !pending.message) continue;
      if (MAKERS[pending.message.kind]?.test(what)) this.settle(uffd, pending, number);
    }
  }

  advance(nowNs: number): void {
    for (const [uffd, pending] of [...this.byUffd]) {
      const { message } = pending;
      if (message && message.readNs + GIVE_UP_NS < nowNs) this.settle(uffd, pending, message.deed);
    }
  }

  finish(): void {
    for (const [uffd, pending] of [...this.byUffd]) this.settle(uffd, pending, pending.message?.deed ?? 0);
  }

  private settle(uffd: Uffd, pending: Pending, deed: number): void {
    this.byUffd.delete(uffd);
    const maker = this.world.deeds.get(deed);
    const kind = pending.message?.kind ?? "event-unread";
    const confidence = pending.message && maker?.what !== "read" ? "certain" : "likely";
    for (const failure of pending.failures) {
      this.tell(failure, { suspects: [suspect(kind, confidence, pending.message ? maker : undefined)], open: [] });
    }
  }

  private pending(uffd: Uffd): Pending {
    const known = this.byUffd.get(uffd);
    if (known) return known;
    const fresh: Pending = { failures: [], message: undefined };
    this.byUffd.set(uffd, fresh);
    return fresh;
  }
}
