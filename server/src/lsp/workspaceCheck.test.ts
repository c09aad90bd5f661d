import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  CancellationTokenSource,
  type FullDocumentDiagnosticReport,
  LSPErrorCodes,
  type WorkspaceDiagnosticReport,
  type WorkspaceFullDocumentDiagnosticReport,
} from "vscode-languageserver";
import { Methods } from "#protocol/messages";
import { minimalProgram } from "../uffd/programs";
import { type AnalysisBundle, bundleAnalysis } from "./testing/analysisBundle";
import { connectEditor, type Editor } from "./testing/connect";
import { openDocument } from "./testing/documents";

const PROGRAM = minimalProgram("ebusy-fork") ?? "";
/** The fork is in a folder of its own: a document's folder alone does not show it. */
const MAIN = PROGRAM.replace("\tif (fork() == 0)\n\t\t_exit(0);\n\twait(NULL);\n", "\tstart_child();\n");
let folder = "";
let bundle: AnalysisBundle;
const file = (...parts: string[]): string => join(folder, ...parts);
const address = (...parts: string[]): string => pathToFileURL(file(...parts)).href;

beforeAll(async () => {
  bundle = await bundleAnalysis();
  folder = mkdtempSync(join(tmpdir(), "faultscope-workspace-"));
  for (const name of ["app", "lib"]) mkdirSync(file(name));
  writeFileSync(file("app", "main.c"), MAIN);
  writeFileSync(file("lib", "child.c"), "void start_child(void) { if (fork() == 0) _exit(0); }\n");
  writeFileSync(file("lib", "hole.c"), minimalProgram("enoent-hole") ?? "");
  writeFileSync(file("notes.md"), "UFFDIO_MOVE\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  bundle.remove();
});

async function connect(worker = bundle.file): Promise<Editor> {
  const editor = await connectEditor({ analysisWorker: worker, rootUri: pathToFileURL(folder).href });
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  return editor;
}
const pull = (
  { client }: Editor,
  previousResultIds: { uri: string; value: string }[] = [],
): Promise<WorkspaceDiagnosticReport> => client.sendRequest("workspace/diagnostic", { previousResultIds });
const codes = (report: WorkspaceDiagnosticReport): Record<string, unknown[]> =>
  Object.fromEntries(
    (report.items as WorkspaceFullDocumentDiagnosticReport[]).map(({ uri, items }) => [
      uri.replace(`${pathToFileURL(folder).href}/`, ""),
      items.map((d) => d.code),
    ]),
  );
const idsOf = (report: WorkspaceDiagnosticReport) =>
  report.items.map(({ uri, resultId }) => ({ uri, value: resultId ?? "" }));

test("findings of files that are not open come when the workspace is checked, and not before", async () => {
  const editor = await connect();
  let answered = false;
  const held = pull(editor).finally(() => {
    answered = true;
  });
  await editor.settled();
  expect(answered).toBe(false);
  const progress: { kind: string; message?: string }[] = [];
  editor.client.onNotification("$/progress", ({ value }: { value: { kind: string } }) => void progress.push(value));
  const result = await editor.client.sendRequest(Methods.check, { workDoneToken: "t" });
  expect(result).toEqual({ summary: "2 warnings in 3 files.", problems: [] });
  const first = await held;
  expect(codes(first)).toEqual({ "app/main.c": ["ebusy-fork"], "lib/hole.c": ["enoent-hole"] });
  await editor.settled();
  expect(progress.map((p) => p.kind)).toEqual(expect.arrayContaining(["begin", "report", "end"]));
  expect(progress.some((p) => /^\d of \d programs$/.test(p.message ?? ""))).toBe(true);

  // Put right and checked again: only what is new is told, an empty list for what is gone.
  const again = pull(editor, idsOf(first));
  writeFileSync(file("lib", "hole.c"), "int nothing;\n");
  onTestFinished(() => writeFileSync(file("lib", "hole.c"), minimalProgram("enoent-hole") ?? ""));
  await editor.client.sendRequest(Methods.check, null);
  expect(codes(await again)).toEqual({ "lib/hole.c": [] });
});

test("an edit changes what is found in files that are not open", async () => {
  const editor = await connect();
  await editor.client.sendRequest(Methods.check, null);
  const next = pull(editor, idsOf(await pull(editor)));
  const { uri } = await openDocument(editor, file("lib", "child.c"), "void start_child(void) {}\n");
  await editor.client.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
  expect(codes(await next)).toEqual({ "app/main.c": [] });
});

test("documents belong to the whole workspace once it was checked, open or closed", async () => {
  const editor = await connect();
  const ask = async (): Promise<unknown[]> => {
    const textDocument = { uri: address("app", "main.c") };
    const report: FullDocumentDiagnosticReport = await editor.client.sendRequest("textDocument/diagnostic", {
      textDocument,
    });
    return report.items.map((d) => d.code);
  };
  expect(await ask()).toEqual([]);
  const { uri } = await openDocument(editor, file("app", "main.c"), MAIN);
  expect(await ask()).toEqual([]);
  await editor.client.sendRequest(Methods.check, null);
  expect(await ask()).toEqual(["ebusy-fork"]);
  await editor.client.sendNotification("textDocument/didClose", { textDocument: { uri } });
  expect(await ask()).toEqual(["ebusy-fork"]);
});

test("levels of rules apply to files that are not open, also when they change later", async () => {
  const editor = await connect();
  await editor.client.sendRequest(Methods.check, null);
  const first = await pull(editor);
  const next = pull(editor, idsOf(first));
  const settings = { faultscope: { rules: { "ebusy-fork": "off" } } };
  await editor.client.sendNotification("workspace/didChangeConfiguration", { settings });
  expect(codes(await next)).toEqual({ "app/main.c": [] });
});

test("a check that is cancelled ends at once, and documents are analysed as before", async () => {
  const endless = file("endless.cjs");
  writeFileSync(
    endless,
    `require("node:worker_threads").parentPort.on("message", (m) => { for (; m.type === "check"; ); });
     require(${JSON.stringify(bundle.file)});`,
  );
  const editor = await connect(endless);
  const cancel = new CancellationTokenSource();
  const check = editor.client.sendRequest(Methods.check, null, cancel.token);
  const refused = expect(check).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  await editor.settled();
  cancel.cancel();
  await refused;
  const { uri } = await openDocument(editor, file("app", "fork.c"), PROGRAM);
  const report: FullDocumentDiagnosticReport = await editor.client.sendRequest("textDocument/diagnostic", {
    textDocument: { uri },
  });
  expect(report.items.map((d) => d.code)).toEqual(["ebusy-fork"]);
});

test("without a folder the check says what to do", async () => {
  const editor = await connectEditor({ analysisWorker: bundle.file });
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  await expect(editor.client.sendRequest(Methods.check, null)).rejects.toThrow(
    "No folder is open. Open the folder of your sources first.",
  );
});
