/** Which frame of a stack is "the call": the first one that a reader of the traced program would recognise. */
import type { SiteFrame, SiteText } from "./schema";

const LIBC = /(^|\/)(libc|libpthread|ld-linux[^/]*|ld-musl[^/]*|libc\.musl[^/]*)([-.][^/]*)?\.so/;
const WRAPPERS = new Set([
  "ioctl",
  "__ioctl",
  "__GI___ioctl",
  "syscall",
  "__syscall",
  "__libc_ioctl",
  "read",
  "__libc_read",
]);

function isWrapper(frame: SiteFrame): boolean {
  if (frame.function !== undefined && WRAPPERS.has(frame.function)) return true;
  return frame.module !== undefined && LIBC.test(frame.module);
}

/**
 * The first frame outside libc's system-call wrappers, or the innermost one when all are (a stack of one frame).
 * Undefined only for an empty stack.
 */
export function callSite(frames: readonly SiteFrame[]): SiteFrame | undefined {
  return frames.find((frame) => !isWrapper(frame)) ?? frames[0];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function frameOf(value: unknown): SiteFrame {
  if (typeof value !== "object" || value === null) return {};
  const raw = value as Record<string, unknown>;
  const entries = {
    function: text(raw.function),
    file: text(raw.file),
    line: whole(raw.line),
    column: whole(raw.column),
    module: text(raw.module),
    offset: whole(raw.offset),
    inlined: raw.inlined === true ? true : undefined,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, known]) => known !== undefined)) as SiteFrame;
}

/** Reads the JSON of a Site row. A recording is untrusted input: whatever is not a frame is left out. */
export function parseSite(json: string): SiteText | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const raw = value as Record<string, unknown>;
  const frames = Array.isArray(raw.frames) ? raw.frames.map(frameOf) : [];
  const note = text(raw.note);
  return note === undefined ? { frames } : { frames, note };
}
