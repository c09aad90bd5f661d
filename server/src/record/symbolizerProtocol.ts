/** The wire between the recorder and the symbolizer process; `native/symbolizer/README.md` describes it. */
import { basename } from "node:path";
import { normalize } from "node:path/posix";
import { callSite } from "../recording/callSite";
import type { SiteFrame, SiteText } from "../recording/schema";
import type { SiteSample } from "./addon";

const HEADER_BYTES = 20;
/** What the symbolizer takes at most; more of the stack than that is not needed to find a caller. */
const MAX_STACK_BYTES = 64 * 1024;
const REGISTER_BYTES = 64;

/** The bytes of a request. Without registers it asks to load the process, nothing more. */
export function encodeRequest(sample: SiteSample): Buffer {
  const registers = sample.registers.length === REGISTER_BYTES ? sample.registers : new Uint8Array();
  const stack = registers.length > 0 ? sample.stack.subarray(0, MAX_STACK_BYTES) : new Uint8Array();
  const bytes = Buffer.alloc(4 + HEADER_BYTES + registers.length + stack.length);
  const header = [bytes.length - 4, sample.site, sample.pid, sample.tid, registers.length, stack.length];
  for (const [index, value] of header.entries()) bytes.writeUInt32LE(value >>> 0, index * 4);
  bytes.set(registers, 4 + HEADER_BYTES);
  bytes.set(stack, 4 + HEADER_BYTES + registers.length);
  return bytes;
}

/** An answer as it came: frames with the symbolizer's own word on why one has no line, and why the process has none. */
export interface Answer {
  readonly site: number;
  readonly frames: readonly (SiteFrame & { readonly why?: string })[];
  readonly failure?: string;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function whole(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function frameOf(value: unknown): Answer["frames"][number] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const raw = value as Record<string, unknown>;
  const file = text(raw.file);
  const known = {
    function: text(raw.function),
    // The compiler writes /build/./a/../b.c; editors want the plain path.
    file: file?.startsWith("/") ? normalize(file) : file,
    line: whole(raw.line),
    column: whole(raw.column),
    module: text(raw.module),
    offset: whole(raw.offset),
    inlined: raw.inlined === true ? true : undefined,
    why: text(raw.why),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

/** Reads one line of the symbolizer; undefined when it is not an answer. It read untrusted files: nothing is believed. */
export function parseAnswer(line: string): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const raw = value as Record<string, unknown>;
  const site = whole(raw.site);
  if (site === undefined || !Array.isArray(raw.frames)) return undefined;
  const frames = raw.frames.map(frameOf).filter((frame) => frame !== undefined);
  const failure = text(raw.note);
  return failure === undefined ? { site, frames } : { site, frames, failure };
}

/** The sentence for a word of the symbolizer. */
function reason(why: string | undefined, module: string): string {
  switch (why) {
    case "no-debug-info":
      return `${basename(module)} has no debug information; build it with -g, or install its debug symbols.`;
    case "no-unit":
      return `The debug information of ${basename(module)} does not cover this code.`;
    case "line-0":
      return "The compiler gave this code no single source line, because it merged calls; -Og keeps them apart.";
    case "unreadable":
      return `${module} could not be opened, or is no longer the file that the process runs.`;
    case "deleted":
      return `${module} was deleted or replaced after it was loaded, and only root can still read it.`;
    case "jit":
      return "The call came from code that was made at run time, which has no source lines.";
    default:
      return "The call came from an address that no file was mapped at when the process was looked at.";
  }
}

/** Why nothing is known of a process. `failure` is the text of an errno. */
function processReason(pid: number, failure: string): string {
  return /No such (process|file)/.test(failure)
    ? `Process ${pid} had ended before its call sites could be read.`
    : `The mappings of process ${pid} could not be read: ${failure}.`;
}

/** The text of a site: the frames without the symbolizer's words, and one sentence when the caller has no line. */
export function siteText(answer: Answer, pid: number): SiteText {
  const frames = answer.frames.map(({ why: _, ...frame }): SiteFrame => frame);
  if (answer.failure !== undefined) return { frames, note: processReason(pid, answer.failure) };
  const caller = callSite(answer.frames);
  if (caller?.line !== undefined) return { frames };
  const why = answer.frames.find((frame) => frame === caller)?.why;
  return { frames, note: reason(why, caller?.module ?? "the program") };
}
