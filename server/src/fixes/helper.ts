/** Fixes that put a function before the one that makes the call, and let it call that instead of ioctl. */
import type { Diagnostic } from "../analysis";
import { type Call, callAt } from "./call";
import { itemOf, replace, type Source } from "./source";
import type { Candidate, TextChange } from "./types";

export interface Helper {
  readonly title: string;
  readonly kind: string;
  readonly name: string;
  /** Lines of the function with its comment, indented by tabs; the name in it is `name`. */
  readonly code: string;
  /** Headers it needs. */
  readonly headers: readonly string[];
}

/** The candidate that makes the call at a finding through a helper. `make` gives none for calls it is not for. */
export function throughHelper(
  source: Source,
  diagnostic: Diagnostic,
  make: (call: Call) => Helper | undefined,
): readonly Candidate[] {
  const call = callAt(source, diagnostic);
  const helper = call && make(call);
  if (!helper) return [];
  const { name, known } = freeName(source, helper);
  const code = helper.code.replaceAll(helper.name, name).replaceAll("\t", source.indentUnit);
  const at = startOf(source, call);
  const definition: TextChange[] = known ? [] : [{ start: at, end: at, text: `${code}\n\n` }];
  const changes = [
    ...(source.language === "script" ? [] : includes(source, helper.headers)),
    ...definition,
    replace(call.node, `${name}(${call.fd}, ${call.argument.text})`),
  ];
  return [{ title: `${helper.title}${call.where}`, changes, safe: false, kind: helper.kind }];
}

/** A name nobody else has; `known` when this very helper was put there before. */
function freeName(source: Source, helper: Helper): { name: string; known: boolean } {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? helper.name : `${helper.name}${n}`;
    if (!new RegExp(`\\b${name}\\b`).test(source.text)) return { name, known: false };
    const code = helper.code.replaceAll(helper.name, name).replaceAll("\t", source.indentUnit);
    if (source.text.includes(code)) return { name, known: true };
  }
}

/** Where the file's item begins that makes the call, with the comments above it. */
function startOf(source: Source, call: Call): number {
  let item = itemOf(call.node);
  for (let above = item.previousSibling; above?.type === "comment"; above = item.previousSibling) {
    if (source.position(above.endIndex).line + 1 < source.position(item.startIndex).line) break;
    item = above;
  }
  return item.startIndex;
}

/** The headers that are missing, behind the last one. */
function includes(source: Source, headers: readonly string[]): TextChange[] {
  const missing = headers.filter(
    (h) => !new RegExp(`#\\s*include\\s*<(?:${h}|c${h.replace(".h", "")})>`).test(source.text),
  );
  const last = [...source.text.matchAll(/^[ \t]*#\s*include\b.*$/gm)].at(-1);
  if (missing.length === 0 || !last) return [];
  const at = last.index + last[0].length;
  return [{ start: at, end: at, text: missing.map((h) => `\n#include <${h}>`).join("") }];
}
