/** Completions: flags where a mode or features are given, and errnos in a switch behind a call. */
import {
  type CompletionItem,
  CompletionItemKind,
  type Connection,
  MarkupKind,
  type TextDocuments,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { describeErrno, describeName, errnosOf } from "../uffd/describe";
import { ERRNO_NAMES } from "../uffd/errnos";
import { FEATURES } from "../uffd/features";
import { IOCTLS } from "../uffd/ioctls";
import { fieldAt } from "./structContext";

/** What the server announces in `initialize`: the characters after which a flag or an errno may come. */
export const COMPLETION_PROVIDER = { triggerCharacters: ["=", "|", " "] };

const ASSIGNED = /(?:\.|->)\s*(mode|features)(\s*\|?=\s*)([^;,{}=]*)$/;
const SWITCH = /\bswitch\s*\(([^{;]*\berrno\b[^{;]*)\)\s*\{/g;
/** Text before the cursor that is looked at. */
const MAX_BACK = 8_000;

/** Answers `textDocument/completion`. Nothing is analysed for it. */
export function registerCompletion(connection: Connection, documents: TextDocuments<TextDocument>): void {
  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (!document) return null;
    const text = document.getText();
    const at = document.offsetAt(position);
    return flags(text, at) ?? errnos(text, at, /script|react$/.test(document.languageId));
  });
}

/** Flags of the struct whose mode is assigned, without those that are given already. */
function flags(text: string, at: number): CompletionItem[] | undefined {
  const before = text.slice(Math.max(0, at - MAX_BACK), at);
  const match = ASSIGNED.exec(before);
  if (!match) return undefined;
  const [whole, name = "", , given = ""] = match;
  const start = at - whole.length + whole.indexOf(name);
  const struct = fieldAt(text, start, name)?.struct;
  const ioctl = IOCTLS.find((i) => i.struct === struct && i.struct !== "");
  if (!ioctl) return undefined;
  const known = name === "features" ? FEATURES.map((f) => f.macro) : ioctl.modes.map((m) => m.name);
  return known.filter((flag) => !new RegExp(`\\b${flag}\\b`).test(given)).map(flagItem);
}

function flagItem(label: string, index: number): CompletionItem {
  return {
    label,
    kind: CompletionItemKind.EnumMember,
    sortText: String(index).padStart(2, "0"),
    documentation: { kind: MarkupKind.Markdown, value: describeName(label) ?? "" },
  };
}

/** Errnos of the call before the switch the cursor is in, without those that have a case. */
function errnos(text: string, at: number, isScript: boolean): CompletionItem[] | null {
  const before = text.slice(Math.max(0, at - MAX_BACK), at);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const typed = /^\s*(case\s+)?\w*$/.exec(line);
  const open = typed && [...before.matchAll(SWITCH)].filter((m) => isOpen(before.slice(m.index + m[0].length))).at(-1);
  if (!typed || !open) return null;
  const op = [...before.slice(0, open.index).matchAll(/\bUFFDIO_([A-Z]+)\b/g)].at(-1)?.[1] ?? "";
  const body = before.slice(open.index) + text.slice(at, closing(text, at));
  const missing = errnosOf(op).filter((errno) => !new RegExp(`\\bcase\\b[^:\\n]*\\b${errno}\\b`).test(body));
  return missing.map((errno, i) => errnoItem(errno, i, op, typed[1] !== undefined, spelled(errno, text, isScript)));
}

function errnoItem(errno: string, index: number, op: string, hasCase: boolean, value: string): CompletionItem {
  return {
    label: hasCase ? errno : `case ${errno}`,
    insertText: `${hasCase ? "" : "case "}${value}:`,
    kind: CompletionItemKind.Constant,
    detail: `UFFDIO_${op}`,
    sortText: String(index).padStart(2, "0"),
    documentation: { kind: MarkupKind.Markdown, value: describeErrno(op, errno) ?? "" },
  };
}

/** A script has the errnos of its binding, or their numbers. */
function spelled(errno: string, text: string, isScript: boolean): string {
  if (!isScript) return errno;
  if (/\bkoffi\b/.test(text)) return `koffi.os.errno.${errno}`;
  const number = Object.entries(ERRNO_NAMES).find(([, name]) => name === errno)?.[0];
  return `${number} /* ${errno} */`;
}

/** True while the brace before `body` is not closed in it. */
function isOpen(body: string): boolean {
  let depth = 1;
  for (const c of body)
    if (c === "{") depth += 1;
    else if (c === "}" && --depth === 0) return false;
  return true;
}

/** Where the block an offset is in ends. */
function closing(text: string, at: number): number {
  let depth = 1;
  for (let i = at; i < Math.min(text.length, at + MAX_BACK); i += 1) {
    if (text[i] === "{") depth += 1;
    else if (text[i] === "}" && --depth === 0) return i;
  }
  return Math.min(text.length, at + MAX_BACK);
}
