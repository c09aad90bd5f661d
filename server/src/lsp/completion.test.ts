import { describe, expect, onTestFinished, test } from "vitest";
import type { CompletionItem } from "vscode-languageserver";
import { errnosOf } from "../uffd/describe";
import { connectEditor } from "./testing/connect";
import { openDocument } from "./testing/documents";

/** Completions where a bar stands in the text. */
async function complete(text: string, file = "/w/a.c"): Promise<CompletionItem[] | null> {
  const editor = await connectEditor();
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  const at = text.indexOf("¦");
  const document = await openDocument(editor, file, text.replace("¦", ""));
  const lines = text.slice(0, at).split("\n");
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return editor.client.sendRequest("textDocument/completion", { textDocument: { uri: document.uri }, position });
}
const labels = async (text: string, file?: string): Promise<string[]> =>
  (await complete(text, file))?.map((i) => i.label) ?? [];

describe("flags", () => {
  const MOVE = ["UFFDIO_MOVE_MODE_DONTWAKE", "UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES"];

  test.each([
    ["an assignment", "void f(void) { struct uffdio_move m; m.mode = ¦ }"],
    ["an assignment through a pointer", "void f(struct uffdio_move *m) {\n  m->mode |= UFF¦;\n}"],
    ["an initializer", "struct uffdio_move m = { .dst = 1, .mode = ¦ };"],
    ["an initializer of a temporary", "int r = ioctl(fd, UFFDIO_MOVE, &(struct uffdio_move){ .mode = ¦"],
    ["C++", "void f() { uffdio_move m{}; m.mode = ¦", "/w/a.cpp"],
  ])("of the struct in %s", async (_, text, file = "/w/a.c") => {
    expect(await labels(text, file)).toEqual(MOVE);
  });

  test("that are given already are left out, and each is explained", async () => {
    const items = await complete("void f(struct uffdio_move *m) { m->mode = UFFDIO_MOVE_MODE_DONTWAKE | ¦; }");
    expect(items?.map((i) => i.label)).toEqual(["UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES"]);
    const documentation = { value: expect.stringContaining("since Linux 6.8") };
    expect(items?.[0]).toMatchObject({ documentation });
  });

  test("of the handshake are features", async () => {
    const all = await labels("struct uffdio_api api = { .api = UFFD_API, .features = ¦ };");
    expect(all).toContain("UFFD_FEATURE_EVENT_FORK");
    expect(all).toHaveLength(17);
  });

  test.each([
    "void f(struct stat *s) { s->mode = ¦; }",
    "void f(struct uffdio_move *m) { m->len = ¦; }",
    "void f(struct uffdio_move *m) { if (m->mode == ¦) }",
  ])("are not offered in %s", async (text) => expect(await labels(text)).toEqual([]));
});

describe("errnos", () => {
  const around = (inner: string, before = ""): string =>
    `void f(void) {\n  ioctl(fd, UFFDIO_COPY, &c);\n${before}  if (ioctl(fd, UFFDIO_MOVE, &m))\n    switch (errno) {\n${inner}\n    }\n}`;

  test("of the call before the switch, with causes and cures", async () => {
    const items = await complete(around("    ¦"));
    expect(items?.map((i) => i.label)).toEqual(errnosOf("MOVE").map((e) => `case ${e}`));
    const busy = items?.find((i) => i.label === "case EBUSY");
    expect(busy).toMatchObject({ insertText: "case EBUSY:", detail: "UFFDIO_MOVE" });
    const documentation = expect.stringMatching(/shared with a child[\s\S]*merged[\s\S]*pinned/);
    expect(busy).toMatchObject({ documentation: { kind: "markdown", value: documentation } });
  });

  test("behind a case that is begun, without those that have theirs", async () => {
    const items = await complete(around("    case EBUSY:\n      return;\n    case E¦\n    case EAGAIN: break;"));
    expect(items?.map((i) => i.insertText)).toEqual(["EINVAL:", "ENOENT:", "EEXIST:", "EFAULT:", "ENOMEM:", "EINTR:"]);
  });

  test("are not offered in other switches, behind one, and within a statement", async () => {
    expect(await labels(around("").replace("switch (errno)", "switch (kind)").replace("\n\n", "\n¦\n"))).toEqual([]);
    expect(await labels(`${around("")}\n¦`)).toEqual([]);
    expect(await labels(around("    case EBUSY: x = ¦"))).toEqual([]);
  });

  test("in scripts, as the binding has them", async () => {
    const text = "const UFFDIO_MOVE = 1;\nioctl(fd, UFFDIO_MOVE, b);\nswitch (errno()) {\n  ¦\n}\n";
    expect((await complete(text, "/w/a.ts"))?.[3]?.insertText).toBe("case 16 /* EBUSY */:");
    const koffi = `import koffi from "koffi";\n${text.replace("errno()", "koffi.errno()")}`;
    expect((await complete(koffi, "/w/a.ts"))?.[3]?.insertText).toBe("case koffi.os.errno.EBUSY:");
  });
});
