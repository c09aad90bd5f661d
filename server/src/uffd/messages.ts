/** What read(2) on a userfaultfd returns: `struct uffd_msg`, 32 bytes, byte 0 is the event. */

export type MessageName = "PAGEFAULT" | "FORK" | "REMAP" | "REMOVE" | "UNMAP";

export interface Message {
  readonly name: MessageName;
  readonly event: number;
  readonly since: string;
  readonly summary: string;
}

export const MESSAGES: readonly Message[] = [
  { name: "PAGEFAULT", event: 0x12, since: "4.3", summary: "A thread waits for a page." },
  {
    name: "FORK",
    event: 0x13,
    since: "4.11",
    summary: "The process forked; a new descriptor for the child comes with the message.",
  },
  { name: "REMAP", event: 0x14, since: "4.11", summary: "mremap(2) moved a registered range." },
  { name: "REMOVE", event: 0x15, since: "4.11", summary: "madvise(2) dropped pages of a registered range." },
  { name: "UNMAP", event: 0x16, since: "4.11", summary: "A registered range was unmapped." },
];

/** A field of `struct uffd_msg`, as it is written after `.arg.`; or a field of the struct itself. */
export interface MessageField {
  readonly name: string;
  readonly summary: string;
  readonly since: string;
}

export const MESSAGE_FIELDS: readonly MessageField[] = [
  { name: "event", since: "4.3", summary: "Kind of the message, one of UFFD_EVENT_*." },
  { name: "pagefault.flags", since: "4.3", summary: "UFFD_PAGEFAULT_FLAG_*; none: a missing page was read." },
  {
    name: "pagefault.address",
    since: "4.3",
    summary: "Where the fault is, rounded down to the page unless UFFD_FEATURE_EXACT_ADDRESS was asked for.",
  },
  {
    name: "pagefault.feat.ptid",
    since: "4.14",
    summary: "The thread that waits, if UFFD_FEATURE_THREAD_ID was asked for, else 0.",
  },
  { name: "fork.ufd", since: "4.11", summary: "A new descriptor for the child's memory; the reader has to close it." },
  { name: "remap.from", since: "4.11", summary: "Where the range was." },
  { name: "remap.to", since: "4.11", summary: "Where the range is now." },
  { name: "remap.len", since: "4.11", summary: "Bytes of the range that was moved." },
  { name: "remove.start", since: "4.11", summary: "First address of the pages that were dropped or unmapped." },
  { name: "remove.end", since: "4.11", summary: "First address behind the pages that were dropped or unmapped." },
];

/** Flags of a PAGEFAULT message. None set: a missing page was read. */
export const PAGEFAULT_FLAGS = { WRITE: 1n, WP: 2n, MINOR: 4n } as const;

const byEvent = new Map(MESSAGES.map((m) => [m.event, m]));

/** Name of an event byte, or `0xNN` when it is unknown. */
export function messageName(event: number): string {
  return byEvent.get(event)?.name ?? `0x${event.toString(16).padStart(2, "0")}`;
}

export type FaultKind = "missing" | "wp" | "minor";

/** Kind of fault a PAGEFAULT message's flags announce. */
export function faultKind(flags: bigint): FaultKind {
  if (flags & PAGEFAULT_FLAGS.MINOR) return "minor";
  if (flags & PAGEFAULT_FLAGS.WP) return "wp";
  return "missing";
}
