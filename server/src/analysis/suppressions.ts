/**
 * Comments that take findings back: `faultscope-ignore CODE[, CODE…]: why`, at the end of the finding's line or on a
 * line of its own above it. A comment that gives no reason, or takes nothing back, is a finding itself.
 */
import { diagnosticCode, documentationPath } from "../uffd/codes";
import type { Diagnostic, Range, Suppressed } from "./types";

/** What a text has to hold to be looked at; nearly none does. */
const WORD = "faultscope-ignore";
const COMMENT =
  /(?:\/\/|\/\*|^\s*\*)\s*(faultscope-ignore\b[ \t]*([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)?[ \t]*(?::(.*?))?)[ \t]*(?:\*\/.*)?$/;
/** A line that holds nothing but a comment or its beginning, or nothing. */
const NO_CODE = /^\s*(?:$|\/\/|\/\*(?!.*\*\/\s*\S))/;
const OPENS_BLOCK = /\/\*(?!.*\*\/)/;
/** Lines that are longer were written by a machine: they are code, and not worth the time of the patterns above. */
const MAX_LINE = 2_000;
/** What the quick fix writes where the reason belongs. */
const PLACEHOLDER = /^<.*>$/;

interface Comment {
  readonly range: Range;
  /** Line of the code it speaks of. */
  readonly line: number;
  readonly codes: readonly string[];
  readonly reason: string | undefined;
}

export interface Applied {
  readonly diagnostics: readonly Diagnostic[];
  readonly suppressed: readonly Suppressed[];
}

/**
 * Divides findings into those that stand and those that comments take back.
 * @param complete every path was followed to its end: only then a comment without a finding is known to be idle
 */
export function applySuppressions(
  found: readonly Diagnostic[],
  files: ReadonlyMap<string, string>,
  complete: boolean,
  baseUrl: string,
): Applied {
  const diagnostics: Diagnostic[] = [];
  const suppressed: Suppressed[] = [];
  const comments = new Map<string, readonly Comment[]>();
  for (const [file, text] of files) if (text.includes(WORD)) comments.set(file, commentsIn(text));
  if (comments.size === 0) return { diagnostics: found, suppressed };
  const used = new Set<Comment>();
  for (const diagnostic of found) {
    const comment = comments
      .get(diagnostic.file)
      ?.find((c) => c.line === diagnostic.range.start.line && c.codes.includes(diagnostic.code));
    if (comment === undefined) diagnostics.push(diagnostic);
    else suppressed.push({ diagnostic, reason: comment.reason });
    if (comment !== undefined) used.add(comment);
  }
  const about: Diagnostic[] = [];
  for (const [file, list] of comments) {
    const lines = diagnostics.filter((d) => d.file === file).map((d) => d.range.start.line);
    for (const comment of list) {
      // What stands after a call that fails may not have been reached, so that nothing is known of it.
      const reached = complete && (lines.length === 0 || lines.includes(comment.line));
      about.push(...aboutComment(file, comment, used.has(comment), reached, baseUrl));
    }
  }
  return { diagnostics: [...diagnostics, ...about].sort(byPlace), suppressed };
}

function aboutComment(file: string, c: Comment, used: boolean, reached: boolean, baseUrl: string): Diagnostic[] {
  const hint = (code: string, what: string): Diagnostic => ({
    file,
    range: c.range,
    severity: "hint",
    code,
    message: `${what} ${diagnosticCode(code)?.cure ?? ""}`,
    related: [],
    href: `${baseUrl}${documentationPath(code)}`,
  });
  const unknown = c.codes.find((code) => diagnosticCode(code) === undefined);
  if (c.codes.length === 0) return [hint("ignore-unused", "This comment names no code, so it takes nothing back.")];
  if (unknown !== undefined) return [hint("ignore-unused", `There is no finding with the code '${unknown}'.`)];
  if (!used) return reached ? [hint("ignore-unused", `Nothing here is found as ${c.codes.join(" or ")}.`)] : [];
  return c.reason === undefined
    ? [hint("ignore-without-reason", "This comment does not say why the finding does not matter.")]
    : [];
}

function commentsIn(text: string): Comment[] {
  const lines = text.split("\n");
  return lines.flatMap((line, number): Comment[] => {
    if (line.length > MAX_LINE || !line.includes(WORD)) return [];
    const match = COMMENT.exec(line.trimEnd());
    if (!match) return [];
    const [, body = "", codes = "", reason = ""] = match;
    const column = line.indexOf(WORD);
    const why = reason.trim();
    return [
      {
        range: { start: { line: number, column }, end: { line: number, column: column + body.trimEnd().length } },
        line: subjectOf(lines, number),
        codes: codes.split(",").flatMap((code) => code.trim() || []),
        reason: why === "" || PLACEHOLDER.test(why) ? undefined : why,
      },
    ];
  });
}

/** The line a comment speaks of: its own when code stands before it, else the next one with code. */
function subjectOf(lines: readonly string[], number: number): number {
  const own = lines[number] ?? "";
  const inBlock = /^\s*\*/.test(own);
  if (!inBlock && !NO_CODE.test(own)) return number;
  let open = inBlock ? !own.includes("*/") : OPENS_BLOCK.test(own);
  for (let at = number + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (line.length > MAX_LINE || (!open && !NO_CODE.test(line))) return at;
    open = open ? !line.includes("*/") : OPENS_BLOCK.test(line);
  }
  return lines.length;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  const [left, right] = [a.range.start, b.range.start];
  return left.line - right.line || left.column - right.column || (a.code < b.code ? -1 : 1);
}
