/**
 * The userfaultfd ioctls as a table: numbers, argument layouts, modes and since when.
 *
 * Everything else in the project (decoder, diagnostics, hovers, command line, documentation) asks this table; nothing
 * repeats it. Source: include/uapi/linux/userfaultfd.h, checked against a running kernel.
 */

/** The `type` byte of every userfaultfd ioctl number. Other drivers use 0xAA too: confirm the descriptor. */
export const UFFDIO_TYPE = 0xaa;

export type IoctlName =
  | "API"
  | "REGISTER"
  | "UNREGISTER"
  | "WAKE"
  | "COPY"
  | "ZEROPAGE"
  | "MOVE"
  | "WRITEPROTECT"
  | "CONTINUE"
  | "POISON"
  | "IOC_NEW";

/** What a 64-bit field of an argument struct means to the kernel. */
export interface Field {
  /** Name in the C struct; nested `range` members are written `range.start`. */
  readonly name: string;
  /** Byte offset from the start of the struct. */
  readonly offset: number;
  readonly direction: "in" | "out" | "inout";
  readonly summary: string;
  readonly signed?: boolean;
}

export interface ModeFlag {
  readonly name: string;
  readonly value: bigint;
  /** Kernel version that made it work, e.g. "5.7". */
  readonly since: string;
  readonly summary: string;
}

export interface Ioctl {
  /** Name after `UFFDIO_`. */
  readonly name: IoctlName;
  /** The C macro. */
  readonly macro: string;
  /** Full request number on architectures with the generic encoding. */
  readonly request: number;
  readonly struct: string;
  readonly size: number;
  readonly fields: readonly Field[];
  /** Field the kernel writes the outcome to (bytes, or -errno), if there is one. */
  readonly resultField?: string;
  readonly modes: readonly ModeFlag[];
  readonly since: string;
  readonly summary: string;
}

const range: readonly Field[] = [
  { name: "range.start", offset: 0, direction: "in", summary: "First address of the range; page aligned." },
  { name: "range.len", offset: 8, direction: "in", summary: "Bytes of the range: whole pages, not 0." },
];
const wholeRange: readonly Field[] = range.map((f) => ({ ...f, name: f.name.replace("range.", "") }));
const mode: Field = { name: "mode", offset: 16, direction: "in", summary: "Flags; 0 for none." };
const result = (name: string, offset: number): Field => ({
  name,
  offset,
  direction: "out",
  signed: true,
  summary:
    "What came of it: bytes done, or -errno when nothing was done. Fewer than asked for: a page in the middle failed and the call said EAGAIN. Left alone when the arguments are refused.",
});
const offered = (offset: number, when: string): Field => ({
  name: "ioctls",
  offset,
  direction: "out",
  summary: `One bit for each ioctl that ${when}.`,
});
const dontWake = (macro: string, since: string): ModeFlag => ({
  name: macro,
  value: 1n,
  since,
  summary: "Resolve without waking the waiters; UFFDIO_WAKE must follow.",
});
const transfer = (written: string, src: string): readonly Field[] => [
  {
    name: "dst",
    offset: 0,
    direction: "in",
    summary: "Where pages are placed: page aligned, registered with this descriptor, and missing.",
  },
  { name: "src", offset: 8, direction: "in", summary: src },
  { name: "len", offset: 16, direction: "in", summary: "Bytes: whole pages, not 0." },
  { ...mode, offset: 24 },
  result(written, 32),
];

export const IOCTLS: readonly Ioctl[] = [
  {
    name: "API",
    macro: "UFFDIO_API",
    request: 0xc018aa3f,
    struct: "uffdio_api",
    size: 24,
    fields: [
      { name: "api", offset: 0, direction: "in", summary: "UFFD_API." },
      {
        name: "features",
        offset: 8,
        direction: "inout",
        summary: "In: the UFFD_FEATURE_* bits wanted; one the kernel does not know is EINVAL. Out: all that it has.",
      },
      offered(16, "works before a range is registered"),
    ],
    modes: [],
    since: "4.3",
    summary: "Handshake: names the API version and the features wanted; must come first on every descriptor.",
  },
  {
    name: "REGISTER",
    macro: "UFFDIO_REGISTER",
    request: 0xc020aa00,
    struct: "uffdio_register",
    size: 32,
    fields: [...range, mode, offered(24, "works on the range")],
    modes: [
      {
        name: "UFFDIO_REGISTER_MODE_MISSING",
        value: 1n,
        since: "4.3",
        summary: "Report faults on pages that are not there.",
      },
      { name: "UFFDIO_REGISTER_MODE_WP", value: 2n, since: "5.7", summary: "Report writes to write-protected pages." },
      {
        name: "UFFDIO_REGISTER_MODE_MINOR",
        value: 4n,
        since: "5.13",
        summary: "Report faults on pages that are in the page cache but not mapped.",
      },
    ],
    since: "4.3",
    summary: "Registers an address range with this descriptor.",
  },
  {
    name: "UNREGISTER",
    macro: "UFFDIO_UNREGISTER",
    request: 0x8010aa01,
    struct: "uffdio_range",
    size: 16,
    fields: wholeRange,
    modes: [],
    since: "4.3",
    summary: "Unregisters a range and releases its waiters.",
  },
  {
    name: "WAKE",
    macro: "UFFDIO_WAKE",
    request: 0x8010aa02,
    struct: "uffdio_range",
    size: 16,
    fields: wholeRange,
    modes: [],
    since: "4.3",
    summary: "Wakes the threads that wait for a page of the range; they fault again if it is still missing.",
  },
  {
    name: "COPY",
    macro: "UFFDIO_COPY",
    request: 0xc028aa03,
    struct: "uffdio_copy",
    size: 40,
    fields: transfer("copy", "The bytes to copy: any readable memory, with any alignment."),
    resultField: "copy",
    modes: [
      dontWake("UFFDIO_COPY_MODE_DONTWAKE", "4.3"),
      { name: "UFFDIO_COPY_MODE_WP", value: 2n, since: "5.7", summary: "Map the new page write-protected." },
    ],
    since: "4.3",
    summary: "Allocates pages at dst and copies the bytes of src into them.",
  },
  {
    name: "ZEROPAGE",
    macro: "UFFDIO_ZEROPAGE",
    request: 0xc020aa04,
    struct: "uffdio_zeropage",
    size: 32,
    fields: [...range, mode, result("zeropage", 24)],
    resultField: "zeropage",
    modes: [dontWake("UFFDIO_ZEROPAGE_MODE_DONTWAKE", "4.3")],
    since: "4.3",
    summary: "Maps the zero page into the range.",
  },
  {
    name: "MOVE",
    macro: "UFFDIO_MOVE",
    request: 0xc028aa05,
    struct: "uffdio_move",
    size: 40,
    fields: transfer("move", "The pages to move: page aligned private anonymous memory that no other process shares."),
    resultField: "move",
    modes: [
      dontWake("UFFDIO_MOVE_MODE_DONTWAKE", "6.8"),
      {
        name: "UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES",
        value: 2n,
        since: "6.8",
        summary: "Skip holes in the source instead of stopping with ENOENT.",
      },
    ],
    since: "6.8",
    summary: "Moves pages from src to dst without copying; the source becomes a hole.",
  },
  {
    name: "WRITEPROTECT",
    macro: "UFFDIO_WRITEPROTECT",
    request: 0xc018aa06,
    struct: "uffdio_writeprotect",
    size: 24,
    fields: [...range, mode],
    modes: [
      {
        name: "UFFDIO_WRITEPROTECT_MODE_WP",
        value: 1n,
        since: "5.7",
        summary: "Protect the range; without it, unprotect.",
      },
      {
        name: "UFFDIO_WRITEPROTECT_MODE_DONTWAKE",
        value: 2n,
        since: "5.7",
        summary: "Unprotect without waking the waiters.",
      },
    ],
    since: "5.7",
    summary: "Sets or clears write protection on a range.",
  },
  {
    name: "CONTINUE",
    macro: "UFFDIO_CONTINUE",
    request: 0xc020aa07,
    struct: "uffdio_continue",
    size: 32,
    fields: [...range, mode, result("mapped", 24)],
    resultField: "mapped",
    modes: [
      dontWake("UFFDIO_CONTINUE_MODE_DONTWAKE", "5.13"),
      { name: "UFFDIO_CONTINUE_MODE_WP", value: 2n, since: "6.4", summary: "Map write-protected." },
    ],
    since: "5.13",
    summary: "Maps pages that are already in the page cache (minor faults).",
  },
  {
    name: "POISON",
    macro: "UFFDIO_POISON",
    request: 0xc020aa08,
    struct: "uffdio_poison",
    size: 32,
    fields: [...range, mode, result("updated", 24)],
    resultField: "updated",
    modes: [dontWake("UFFDIO_POISON_MODE_DONTWAKE", "6.6")],
    since: "6.6",
    summary: "Marks the range poisoned: every access gets SIGBUS.",
  },
  {
    name: "IOC_NEW",
    macro: "USERFAULTFD_IOC_NEW",
    request: 0x0000aa00,
    struct: "",
    size: 0,
    fields: [],
    modes: [],
    since: "6.1",
    summary: "On /dev/userfaultfd: creates a descriptor; the flags are passed by value.",
  },
];

const byRequest = new Map(IOCTLS.map((i) => [i.request, i]));
const byName = new Map<string, Ioctl>(IOCTLS.map((i) => [i.name, i]));
const byMacro = new Map(IOCTLS.map((i) => [i.macro, i]));

export const ioctlByRequest = (request: number): Ioctl | undefined => byRequest.get(request);
export const ioctlByName = (name: string): Ioctl | undefined => byName.get(name);
export const ioctlByMacro = (macro: string): Ioctl | undefined => byMacro.get(macro);

/**
 * The name a request is reported under: the part after `UFFDIO_`, or `0xNN` (its number byte) when it is unknown.
 * Unknown numbers are recorded and shown, never dropped: the kernel may be newer than this table.
 */
export function opName(request: number): string {
  return byRequest.get(request)?.name ?? `0x${(request & 0xff).toString(16).padStart(2, "0")}`;
}
