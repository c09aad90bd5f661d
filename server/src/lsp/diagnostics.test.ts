import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DocumentDiagnosticReport } from "vscode-languageserver";
import { PRELUDE } from "../analysis/testing/expectations";
import { connectEditor } from "./testing/connect";

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
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "faultscope-lsp-"));
  writeFileSync(join(folder, "child.c"), "void child(void) { if (fork() == 0) _exit(0); }\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a document is diagnosed with its neighbours on disk, and again after an edit", async () => {
  const { client } = await connectEditor();
  const file = join(folder, "main.c");
  const uri = pathToFileURL(file).href;
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "c", version: 1, text: SOURCE },
  });
  const pull = async () => {
    const report = await client.sendRequest<DocumentDiagnosticReport>("textDocument/diagnostic", {
      textDocument: { uri },
    });
    if (report.kind !== "full") throw new Error("expected a full report");
    return report.items;
  };
  const [first, ...others] = await pull();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ code: "ebusy-fork", severity: 2, source: "faultscope" });
  expect(first?.relatedInformation?.[0]?.location.uri).toBe(pathToFileURL(join(folder, "child.c")).href);
  const text = SOURCE.replace("  child();\n", "");
  await client.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text }],
  });
  expect(await pull()).toEqual([]);
});

test("documents of other languages and of no file have no findings", async () => {
  const { client } = await connectEditor();
  for (const uri of ["untitled:Untitled-1", pathToFileURL(join(folder, "notes.md")).href]) {
    await client.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId: "markdown", version: 1, text: SOURCE },
    });
    const report = await client.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
    expect(report).toEqual({ kind: "full", items: [] });
  }
});
