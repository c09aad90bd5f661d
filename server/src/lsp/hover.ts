/** Hovers: what the tables say of the name under the pointer. */
import { type Connection, type Hover, MarkupKind, type Position, type TextDocuments } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { describeField, describeName } from "../uffd/describe";
import { ioctlByRequest } from "../uffd/ioctls";
import { fieldAt } from "./structContext";

/** Answers `textDocument/hover`. Nothing is analysed for it. */
export function registerHover(connection: Connection, documents: TextDocuments<TextDocument>): void {
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    return document ? (hoverAt(document, position) ?? null) : null;
  });
}

function hoverAt(document: TextDocument, position: Position): Hover | undefined {
  const text = document.getText();
  const at = document.offsetAt(position);
  const start = at - (/\w*$/.exec(text.slice(0, at))?.[0].length ?? 0);
  const word = /^\w*/.exec(text.slice(start))?.[0] ?? "";
  const value = word === "" ? undefined : (describeName(word) ?? ofField(text, start, word) ?? ofNumber(word));
  if (value === undefined) return undefined;
  const range = { start: document.positionAt(start), end: document.positionAt(start + word.length) };
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}

function ofField(text: string, start: number, word: string): string | undefined {
  const found = fieldAt(text, start, word);
  return found && describeField(found.struct, found.field);
}

/** Scripts have no header: there the number is all that stands for an ioctl. */
function ofNumber(word: string): string | undefined {
  const hex = /^0x[\da-f]{8}(?=n?$|[ul]*$)/i.exec(word)?.[0];
  const ioctl = hex === undefined ? undefined : ioctlByRequest(Number(hex));
  return ioctl && describeName(ioctl.macro);
}
