/**
 * What a recording can name as the cause of a failure: one kind each, with the diagnostic code it belongs to and what is
 * said of it. `who` stands for the deed that did it (call, thread, place, how long before) where one is known.
 */

export type Confidence = "certain" | "likely" | "possible";

export interface ObservedKind {
  readonly code: string;
  /** Said when the deed is known; `{who}` is replaced. */
  readonly sentence: string;
  /** Remedy where it is not the code's. */
  readonly cure?: string;
}

const kind = (code: string, sentence: string, cure?: string): ObservedKind => ({
  code,
  sentence,
  ...(cure === undefined ? {} : { cure }),
});

const WAKE_IT = "Look whether the source is a hole and the destination present: then it was moved. Wake the range.";
const TWO_RESOLVERS =
  "Let one thread resolve a page, or take EEXIST as resolved and call UFFDIO_WAKE on the range all the same.";

export const OBSERVED = {
  fork: kind("ebusy-fork", "the source page is shared with a child since {who}, and no write to it is known since"),
  ksm: kind("ebusy-ksm", "ksmd merged the source page, which {who} allowed"),
  "ksm-allowed": kind("ebusy-ksm", "ksmd may have merged the source page: {who} allowed it"),
  pin: kind("ebusy-pinned", "the source page is pinned for DMA by {who}"),
  spliced: kind("ebusy-pinned", "the source is a part of a huge page that cannot be split while {who} holds it"),
  "register-other-uffd": kind("ebusy-registered", "the range belongs to another userfaultfd since {who}"),

  populated: kind("eexist-populated", "the destination page was filled before by {who}"),
  race: kind("eexist-populated", "another thread resolved the same page at the same time: {who}", TWO_RESOLVERS),
  "before-registration": kind(
    "eexist-populated",
    "the destination page was touched before it was registered by {who}",
    "Register a range before its memory is touched, or drop it with MADV_DONTNEED first.",
  ),
  touched: kind(
    "eexist-populated",
    "the program touched the destination page itself; no fault is reported for it there",
  ),
  marker: kind(
    "eexist-populated",
    "the destination page holds a marker that {who} left",
    "Remove the marker with MADV_DONTNEED or MADV_GUARD_REMOVE first.",
  ),
  "kernel-6.18": kind(
    "eexist-populated",
    "nothing is known to have filled the destination; Linux 6.18 and later may answer EEXIST although they moved the page",
    WAKE_IT,
  ),

  "never-written": kind("enoent-hole", "the source page was never written since {who} mapped it"),
  dropped: kind("enoent-hole", "the source page was dropped by {who}"),
  "moved-away": kind("enoent-hole", "the source page was moved away before by {who}"),
  unmapped: kind("einval-mapping", "nothing is mapped there since {who}"),
  "not-mapped": kind("einval-mapping", "nothing is mapped there"),

  unregistered: kind("einval-unregistered", "the destination is not registered"),
  "no-longer-registered": kind("einval-unregistered", "the destination is no longer registered since {who}"),
  "other-uffd": kind("einval-unregistered", "the destination is registered with another userfaultfd by {who}"),
  "not-wp": kind("einval-mode", "the destination is not registered for write protection but by {who} for other faults"),
  handshake: kind("einval-unregistered", "UFFDIO_API was not done on the descriptor"),
  "foreign-mm": kind("einval-foreign-mm", "the descriptor belongs to another process: {who} created it"),
  alignment: kind("einval-alignment", "{side} is not page aligned"),
  length: kind("einval-alignment", "the length is 0"),
  "address-range": kind("einval-alignment", "the range wraps or leaves the address space"),
  mode: kind("einval-mode", "the mode {side} is not one of this call"),
  "api-version": kind("einval-mode", "the api field is not UFFD_API"),
  "api-features": kind("einval-mode", "a feature asked for is unknown to this kernel"),
  "api-again": kind("einval-mode", "the handshake was done before by {who}"),
  shared: kind("einval-mapping", "{side} is shared memory since {who}"),
  file: kind("einval-mapping", "{side} is a mapping of a file since {who}"),
  hugetlb: kind("einval-mapping", "{side} is hugetlb memory since {who}"),
  anonymous: kind("einval-mapping", "the destination is anonymous memory since {who}, which has no page cache"),
  "crosses-mappings": kind("einval-mapping", "{side} crosses a border between mappings that {who} made"),
  protection: kind("einval-mapping", "source and destination have different protection since {who}"),
  "not-writable": kind("einval-mapping", "neither side is writable since {who}"),
  locking: kind("einval-mapping", "one side is locked and the other is not since {who}"),
  number: kind("einval-number", "the kernel has no ioctl with this number"),

  partial: kind("eagain-partial", "the call stopped in the middle; nothing shows why"),
  "partial-went-on": kind("eagain-partial", "the call stopped in the middle, and the next one went through"),
  "event-fork": kind("eagain-events", "a fork event was not read yet: {who}"),
  "event-remap": kind("eagain-events", "a remap event was not read yet: {who}"),
  "event-remove": kind("eagain-events", "a remove event was not read yet: {who}"),
  "event-unmap": kind("eagain-events", "an unmap event was not read yet: {who}"),
  "event-unread": kind("eagain-events", "an event waits to be read, and nobody read one until the recording ended"),

  guard: kind("efault-marker", "the source page is a guard page since {who}"),
  poison: kind("efault-marker", "the source page is poisoned since {who}"),
  "wp-marker": kind("efault-marker", "the source page is a write-protect marker since {who}"),
  argument: kind("efault", "the argument struct cannot be read or written", "Pass a struct in writable memory."),
  "source-unmapped": kind(
    "efault",
    "the source is not mapped since {who}",
    "Keep the source mapped until it is copied.",
  ),
  "source-unreadable": kind("efault", "the source cannot be read since {who}", "Make the source readable."),

  "owner-exited": kind("esrch", "the process that owns the memory has ended: {who}", "Close the descriptor."),
  capability: kind(
    "eperm",
    "UFFD_FEATURE_EVENT_FORK was asked for without CAP_SYS_PTRACE",
    "Leave the feature out, or run with the capability.",
  ),
  "read-only-file": kind(
    "eperm",
    "the mapping is shared and may never be written, since {who}",
    "Open the memfd or file for writing.",
  ),
  descriptor: kind("enotty", "the descriptor is not a userfaultfd", "Check which descriptor is passed."),
  "bad-descriptor": kind("ebadf", "the descriptor is not open", "Check which descriptor is passed."),
  signal: kind("eintr", "a fatal signal arrived", "Nothing: the process is ending."),

  "eexist-not-woken": kind(
    "eexist-not-woken",
    "a thread still waits for the page: EEXIST, which wakes nobody, was the answer to {who}",
  ),
  dontwake: kind("never-woken", "a thread still waits for the page, and no wake followed {who}"),
  "not-resolved": kind(
    "never-woken",
    "a thread still waits for the page: its message was read by {who} and nothing was done about it",
    "Resolve every fault that was read, or call UFFDIO_WAKE on its page.",
  ),
  "not-read": kind(
    "never-woken",
    "a thread still waits for the page, and its message was never read",
    "Keep a thread reading the descriptor as long as memory is registered.",
  ),
  "handler-exited": kind(
    "never-woken",
    "a thread still waits for the page, and the process that read the messages has ended: {who}",
    "Close the descriptor when the handler ends: the kernel then releases the waiters.",
  ),
  "dropped-again": kind(
    "never-woken",
    "a thread still waits for the page: it was brought, and dropped again by {who}",
    "Read and resolve faults of a dropped page anew: each is a message of its own.",
  ),
  "handler-deadlock": kind("handler-deadlock", "the thread that waits for the page is the one that reads the messages"),
} as const satisfies Record<string, ObservedKind>;

export type ObservedName = keyof typeof OBSERVED;
