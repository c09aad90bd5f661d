import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { CodeAction, Diagnostic, FullDocumentDiagnosticReport, TextDocumentEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { minimalProgram } from "../uffd/programs";
import { type AnalysisBundle, bundleAnalysis } from "./testing/analysisBundle";
import { connectEditor, type Editor } from "./testing/connect";
import { type OpenDocument, openDocument } from "./testing/documents";

let folder = "";
let bundle: AnalysisBundle;
beforeAll(async () => {
  bundle = await bundleAnalysis();
  folder = mkdtempSync(join(tmpdir(), "faultscope-actions-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  bundle.remove();
});

async function opened(text: string): Promise<{ editor: Editor; document: OpenDocument }> {
  const editor = await connectEditor({ analysisWorker: bundle.file });
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  return { editor, document: await openDocument(editor, join(folder, "a.c"), text) };
}
async function found({ client }: Editor, { uri }: OpenDocument): Promise<Diagnostic[]> {
  const report: FullDocumentDiagnosticReport = await client.sendRequest("textDocument/diagnostic", {
    textDocument: { uri },
  });
  return report.items;
}
function actions(
  { client }: Editor,
  { uri }: OpenDocument,
  diagnostics: Diagnostic[],
  only?: string[],
): Promise<CodeAction[]> {
  const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const context = { diagnostics, ...(only ? { only } : {}) };
  return client.sendRequest("textDocument/codeAction", { textDocument: { uri }, range, context });
}
/** The document after an action, and its findings then. */
async function applied(
  editor: Editor,
  document: OpenDocument,
  action: CodeAction | undefined,
): Promise<{ text: string; codes: unknown[] }> {
  const [change] = (action?.edit?.documentChanges ?? []) as TextDocumentEdit[];
  expect(change?.textDocument).toEqual({ uri: document.uri, version: 1 });
  const before = TextDocument.create(document.uri, "c", 1, document.text);
  const text = TextDocument.applyEdits(before, (change?.edits ?? []) as never);
  await editor.client.sendNotification("textDocument/didChange", {
    textDocument: { uri: document.uri, version: 2 },
    contentChanges: [{ text }],
  });
  return { text, codes: (await found(editor, document)).map((d) => d.code) };
}

test("fixes of a finding carry the reason, the best is preferred, and each cures", async () => {
  const { editor, document } = await opened(minimalProgram("ebusy-fork") ?? "");
  const diagnostics = await found(editor, document);
  const offered = await actions(editor, document, diagnostics);
  expect(offered.map((a) => [a.title, a.kind, a.isPreferred])).toEqual([
    ["Set MADV_DONTFORK on src where it is mapped: fork() then shares none of its pages", "quickfix", true],
    [
      "Write the source pages again with MADV_POPULATE_WRITE before the move: they are then exclusive",
      "quickfix",
      false,
    ],
    ["Fall back to UFFDIO_COPY on EBUSY: a page that is shared or pinned cannot be moved", "quickfix", false],
    ["Ignore ebusy-fork here, with a reason", "quickfix", false],
  ]);
  expect(offered[0]?.diagnostics).toEqual(diagnostics);
  const { text, codes } = await applied(editor, document, offered[0]);
  expect(text).toContain("madvise(src, 4 * PAGE, MADV_DONTFORK);");
  expect(codes).toEqual([]);
});

test("the comment that ignores a finding asks for its reason", async () => {
  const { editor, document } = await opened(minimalProgram("einval-mode") ?? "");
  const offered = await actions(editor, document, await found(editor, document));
  const { text, codes } = await applied(editor, document, offered.at(-1));
  expect(text).toContain("\t/* faultscope-ignore einval-mode: <say why> */\n\treturn report(");
  expect(codes).toEqual(["ignore-without-reason"]);
});

test("nothing is offered where nothing was found, and for findings of others", async () => {
  const { editor, document } = await opened(minimalProgram("ebusy-fork") ?? "");
  expect(await actions(editor, document, [])).toEqual([]);
  const [diagnostic] = await found(editor, document);
  if (!diagnostic) throw new Error("The program has a finding.");
  expect(await actions(editor, document, [{ ...diagnostic, source: "clang" }])).toEqual([]);
});

test("fix-all is asked for by its name, does what is safe, and is not there when nothing is", async () => {
  const { editor, document } = await opened(minimalProgram("einval-number") ?? "");
  for (const only of [["source.fixAll"], ["source.fixAll.faultscope"], ["source"]]) {
    expect(await actions(editor, document, [], only)).toHaveLength(1);
  }
  expect(await actions(editor, document, [], ["source.organizeImports"])).toEqual([]);
  const [all] = await actions(editor, document, [], ["source.fixAll"]);
  const { text, codes } = await applied(editor, document, all);
  expect(text).toContain("ioctl(uffd, UFFDIO_MOVE, &move)");
  expect(codes).toEqual([]);
  expect(await actions(editor, document, [], ["source.fixAll"])).toEqual([]);
});
