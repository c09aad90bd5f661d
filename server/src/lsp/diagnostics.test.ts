import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  CancellationToken,
  CancellationTokenSource,
  type FullDocumentDiagnosticReport,
  LSPErrorCodes,
} from "vscode-languageserver";
import { PRELUDE } from "../analysis/testing/expectations";
import { type AnalysisBundle, bundleAnalysis } from "./testing/analysisBundle";
import { connectEditor, type Editor, type EditorOptions } from "./testing/connect";

const SOURCE = `${PRELUDE.replace("static void child(void)", "void unused(void)")}
void child(void);
int main(void) {
  start();
  char *s = map(1), *d = map(1);
  watch(d, 1);
  s[0] = 1;
  child();
  struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
  return ioctl(fd, UFFDIO_MOVE, &m);
}
`;
let folder = "";
let bundle: AnalysisBundle;
beforeAll(async () => {
  bundle = await bundleAnalysis();
  folder = mkdtempSync(join(tmpdir(), "faultscope-lsp-"));
  writeFileSync(join(folder, "child.c"), "void child(void) { if (fork() == 0) _exit(0); }\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  bundle.remove();
});

async function connect(options: EditorOptions = {}): Promise<Editor> {
  const editor = await connectEditor({ analysisWorker: bundle.file, ...options });
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  return editor;
}
async function open({ client }: Editor, file: string, text: string): Promise<string> {
  const uri = pathToFileURL(file).href;
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "c", version: 1, text } });
  return uri;
}
const ask = ({ client }: Editor, uri: string, token = CancellationToken.None): Promise<FullDocumentDiagnosticReport> =>
  client.sendRequest("textDocument/diagnostic", { textDocument: { uri } }, token);
const logged = (editor: Editor): string[] =>
  (editor.received.get("window/logMessage") as { message: string }[]).map(({ message }) => message);

test("a document is diagnosed with its neighbours on disk, and again after an edit", async () => {
  const editor = await connect();
  const uri = await open(editor, join(folder, "main.c"), SOURCE);
  const [first, ...others] = (await ask(editor, uri)).items;
  expect(others).toEqual([]);
  expect(first).toMatchObject({ code: "ebusy-fork", severity: 2, source: "faultscope" });
  expect(first?.relatedInformation?.[0]?.location.uri).toBe(pathToFileURL(join(folder, "child.c")).href);
  const text = SOURCE.replace("  child();\n", "");
  await editor.client.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text }],
  });
  expect((await ask(editor, uri)).items).toEqual([]);
});

test("documents of other languages and of no file have no findings", async () => {
  const editor = await connect();
  for (const uri of ["untitled:Untitled-1", "file://elsewhere/a.c", pathToFileURL(join(folder, "notes.md")).href]) {
    const textDocument = { uri, languageId: "markdown", version: 1, text: SOURCE };
    await editor.client.sendNotification("textDocument/didOpen", { textDocument });
    expect(await ask(editor, uri)).toEqual({ kind: "full", items: [] });
  }
});

test("no thread is started for what cannot concern userfaultfd, and such a document is asked about again once one is", async () => {
  const capabilities = { workspace: { diagnostics: { refreshSupport: true } } };
  const editor = await connect({ capabilities });
  let refreshed = 0;
  editor.client.onRequest("workspace/diagnostic/refresh", () => {
    refreshed += 1;
  });
  const threads = () => readdirSync("/proc/self/task").length;
  const plain = await open(editor, join(folder, "plain.c"), "int twice(int a) { return 2 * a; }\n");
  const before = threads();
  expect((await ask(editor, plain)).items).toEqual([]);
  expect(threads()).toBe(before);
  const main = await open(editor, join(folder, "main.c"), SOURCE);
  expect((await ask(editor, main)).items).toHaveLength(1);
  expect(threads()).toBeGreaterThan(before);
  await editor.settled();
  expect(refreshed).toBe(1);
});

test("other requests are answered while a large folder is analysed", async () => {
  const large = mkdtempSync(join(tmpdir(), "faultscope-large-"));
  onTestFinished(() => rmSync(large, { recursive: true, force: true }));
  const loop = SOURCE.replace(
    "  child();\n",
    "  for (int i = 0; i < fd; i++) { if (s[i]) child(); else d[i] = s[i]; }\n",
  );
  for (let i = 0; i < 150; i += 1) writeFileSync(join(large, `program${i}.c`), loop);
  const editor = await connect();
  const uri = await open(editor, join(large, "program0.c"), loop);
  const startedAt = performance.now();
  let analysed = false;
  const answer = ask(editor, uri).finally(() => {
    analysed = true;
  });
  let longestMs = 0;
  let answered = 0;
  while (!analysed) {
    const askedAt = performance.now();
    await editor.settled();
    longestMs = Math.max(longestMs, performance.now() - askedAt);
    answered += 1;
    await sleep(2);
  }
  await answer;
  const wholeMs = performance.now() - startedAt;
  expect(answered).toBeGreaterThan(10);
  expect(longestMs).toBeLessThan(wholeMs / 3);
}, 60_000);

test("questions about one document are answered by one analysis of its newest text, and a cancelled one at once", async () => {
  const editor = await connect();
  const busy = await open(editor, join(folder, "main.c"), SOURCE);
  const other = await open(editor, join(folder, "other.c"), SOURCE);
  const running = ask(editor, busy);
  const cancel = new CancellationTokenSource();
  const cancelled = ask(editor, other, cancel.token);
  const waiting = ask(editor, other);
  await editor.client.sendNotification("textDocument/didChange", {
    textDocument: { uri: other, version: 2 },
    contentChanges: [{ text: SOURCE.replace("  child();\n", "") }],
  });
  const newest = ask(editor, other);
  cancel.cancel();
  await expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  expect((await running).items).toHaveLength(1);
  expect((await waiting).items).toEqual([]);
  expect((await newest).items).toEqual([]);
});

test("a crash is told, and what was asked is asked again of a new thread", async () => {
  const once = join(folder, "once.cjs");
  const flag = JSON.stringify(join(folder, "crashed"));
  writeFileSync(
    once,
    `const fs = require("node:fs");
     if (fs.existsSync(${flag})) require(${JSON.stringify(bundle.file)});
     else require("node:worker_threads").parentPort.on("message", () => { fs.writeFileSync(${flag}, ""); throw new Error("out of luck"); });`,
  );
  const editor = await connect({ analysisWorker: once });
  const uri = await open(editor, join(folder, "main.c"), SOURCE);
  expect((await ask(editor, uri)).items).toMatchObject([{ code: "ebusy-fork" }]);
  expect(logged(editor).filter((line) => line.includes("out of luck"))).toHaveLength(1);
});

test("a document over which the analysis crashes again and again says so, and the next one is analysed", async () => {
  const picky = join(folder, "picky.cjs");
  writeFileSync(
    picky,
    `require("node:worker_threads").parentPort.on("message", ({ file }) => { if (file.endsWith("main.c")) process.exit(7); });
     require(${JSON.stringify(bundle.file)});`,
  );
  const editor = await connect({ analysisWorker: picky });
  const [bad, good] = [
    await open(editor, join(folder, "main.c"), SOURCE),
    await open(editor, join(folder, "other.c"), SOURCE),
  ];
  const answers = Promise.all([ask(editor, bad), ask(editor, good)]);
  const [first, second] = await answers;
  expect(first.items).toMatchObject([{ severity: 3, message: expect.stringContaining("could not analyse this file") }]);
  expect(second.items).toMatchObject([{ code: "ebusy-fork" }]);
  expect(logged(editor).filter((line) => line.includes("crashed"))).toHaveLength(2);
}, 30_000);

test("shutdown ends an analysis that runs", async () => {
  const endless = join(folder, "endless.cjs");
  writeFileSync(endless, 'require("node:worker_threads").parentPort.on("message", () => { for (;;); });');
  const editor = await connectEditor({ analysisWorker: endless });
  const uri = await open(editor, join(folder, "main.c"), SOURCE);
  const answer = ask(editor, uri);
  const refused = expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.ServerCancelled });
  await editor.settled();
  await editor.client.sendRequest("shutdown");
  await refused;
  editor.client.dispose();
});
