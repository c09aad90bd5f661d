import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { FullDocumentDiagnosticReport } from "vscode-languageserver";
import { minimalProgram } from "../uffd/programs";
import { readLevels } from "./rules";
import { type AnalysisBundle, bundleAnalysis } from "./testing/analysisBundle";
import { connectEditor, type Editor } from "./testing/connect";
import { openDocument } from "./testing/documents";

let folder = "";
let bundle: AnalysisBundle;
beforeAll(async () => {
  bundle = await bundleAnalysis();
  folder = mkdtempSync(join(tmpdir(), "faultscope-rules-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  bundle.remove();
});

const PROGRAM = minimalProgram("ebusy-fork") ?? "";

async function severities(editor: Editor, uri: string): Promise<unknown[]> {
  const report: FullDocumentDiagnosticReport = await editor.client.sendRequest("textDocument/diagnostic", {
    textDocument: { uri },
  });
  return report.items.map((d) => [d.code, d.severity]);
}

test("levels are asked for once, kept, and asked for again when they change", async () => {
  let rules: unknown = {};
  let asked = 0;
  let refreshed = 0;
  const editor = await connectEditor({
    analysisWorker: bundle.file,
    capabilities: { workspace: { configuration: true, diagnostics: { refreshSupport: true } } },
  });
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  editor.client.onRequest("workspace/configuration", ({ items }: { items: { section: string }[] }) => {
    asked += 1;
    return items.map(({ section }) => (section === "faultscope.rules" ? rules : null));
  });
  editor.client.onRequest("workspace/diagnostic/refresh", () => {
    refreshed += 1;
  });
  const { uri } = await openDocument(editor, join(folder, "a.c"), PROGRAM);
  expect(await severities(editor, uri)).toEqual([["ebusy-fork", 2]]);
  expect(await severities(editor, uri)).toEqual([["ebusy-fork", 2]]);
  expect(asked).toBe(1);
  for (const [level, expected] of [
    ["error", [["ebusy-fork", 1]]],
    ["off", []],
    ["hint", [["ebusy-fork", 4]]],
    ["default", [["ebusy-fork", 2]]],
  ] as const) {
    rules = { "ebusy-fork": level };
    await editor.client.sendNotification("workspace/didChangeConfiguration", { settings: null });
    expect(await severities(editor, uri), level).toEqual(expected);
  }
  await editor.settled();
  expect(refreshed).toBe(4);
});

test("an editor that cannot be asked may send them", async () => {
  const editor = await connectEditor({ analysisWorker: bundle.file });
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  const { uri } = await openDocument(editor, join(folder, "a.c"), PROGRAM);
  const settings = { faultscope: { rules: { "ebusy-fork": "off" } } };
  await editor.client.sendNotification("workspace/didChangeConfiguration", { settings });
  expect(await severities(editor, uri)).toEqual([]);
});

test("what makes no sense in a setting is told and has no effect", () => {
  const told: string[] = [];
  const warn = (message: string): void => void told.push(message);
  expect(readLevels({ "ebusy-fork": "loud", "no-such": "off", "ebusy-ksm": "off" }, warn)).toEqual({
    "ebusy-ksm": "off",
  });
  expect(readLevels("off", warn)).toEqual({});
  expect(readLevels(null, warn)).toEqual({});
  expect(told).toEqual([
    "faultscope.rules: ebusy-fork takes default, off, hint, information, warning, error, not 'loud'.",
    "faultscope.rules: there is no rule 'no-such'.",
    "faultscope.rules has to be an object of codes and levels.",
  ]);
});
