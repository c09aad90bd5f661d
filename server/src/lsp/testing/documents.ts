/** Documents of a test's editor: opened, changed, and places in them marked by words. */
import { pathToFileURL } from "node:url";
import type { Position } from "vscode-languageserver";
import type { Editor } from "./connect";

export interface OpenDocument {
  readonly uri: string;
  readonly text: string;
  /** Position right behind the nth occurrence of some words, or before them. */
  after(words: string): Position;
  before(words: string): Position;
}

const LANGUAGES: Readonly<Record<string, string>> = { c: "c", cpp: "cpp", ts: "typescript", js: "javascript" };

/** Opens a document under a path, with a text of its own. */
export async function openDocument({ client }: Editor, file: string, text: string): Promise<OpenDocument> {
  const uri = pathToFileURL(file).href;
  const languageId = LANGUAGES[file.slice(file.lastIndexOf(".") + 1)] ?? "plaintext";
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
  const position = (offset: number): Position => {
    const lines = text.slice(0, offset).split("\n");
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  const find = (words: string): number => {
    const at = text.indexOf(words);
    if (at === -1) throw new Error(`The document has no '${words}'.`);
    return at;
  };
  return {
    uri,
    text,
    after: (words) => position(find(words) + words.length),
    before: (words) => position(find(words)),
  };
}
