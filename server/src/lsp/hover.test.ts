import { expect, onTestFinished, test } from "vitest";
import type { Hover } from "vscode-languageserver";
import { connectEditor } from "./testing/connect";
import { openDocument } from "./testing/documents";

async function hovers(file: string, text: string) {
  const editor = await connectEditor();
  onTestFinished(() => editor.client.sendRequest("shutdown").then(() => editor.client.dispose()));
  const document = await openDocument(editor, file, text);
  return async (before: string): Promise<string | null> => {
    const position = document.before(before);
    const hover: Hover | null = await editor.client.sendRequest("textDocument/hover", {
      textDocument: { uri: document.uri },
      position: { line: position.line, character: position.character + 1 },
    });
    return hover && (hover.contents as { value: string }).value;
  };
}

const C = `#include <linux/userfaultfd.h>
struct pager { struct uffdio_zeropage zero; };
static void f(struct pager *p, int fd, void *arg) {
  struct uffdio_move m = { .dst = 1, .mode = UFFDIO_MOVE_MODE_DONTWAKE };
  struct uffdio_register reg = { .range = { .start = 4096 }, .ioctls = 0 };
  struct uffd_msg msg[4];
  m.src = 2;
  p->zero.range.len = 3;
  ((struct uffdio_copy *)arg)->copy = 0;
  use(msg[0].arg.pagefault.address, msg[0].event, UFFD_EVENT_FORK);
  other.mode = 0;
  ioctl(fd, UFFDIO_MOVE, &m);
}
`;

test("names and fields say what they are, since when, and what can go wrong", async () => {
  const hover = await hovers("/w/a.c", C);
  expect(await hover("UFFDIO_MOVE, ")).toMatch(/since Linux 6\.8[\s\S]*\| `EBUSY` \|/);
  expect(await hover("UFFDIO_MOVE_MODE_DONTWAKE")).toContain("Flag of `UFFDIO_MOVE`.");
  expect(await hover("UFFD_EVENT_FORK")).toContain("since Linux 4.11");
  expect(await hover("uffdio_register")).toContain("argument of `UFFDIO_REGISTER`");
});

test.each([
  ["dst = 1", "`struct uffdio_move`, `dst`"],
  ["mode = UFFDIO", "`struct uffdio_move`, `mode`"],
  ["start = 4096", "`struct uffdio_register`, `range.start`"],
  ["ioctls = 0", "`struct uffdio_register`, `ioctls`"],
  ["src = 2", "`struct uffdio_move`, `src`"],
  ["len = 3", "`struct uffdio_zeropage`, `range.len`"],
  ["copy = 0", "`struct uffdio_copy`, `copy`"],
  ["address, ", "`uffd_msg.pagefault.address`"],
  ["event, ", "`uffd_msg.event`"],
])("the field at '%s' is known by its struct", async (before, expected) => {
  expect(await (await hovers("/w/a.c", C))(before)).toContain(expected);
});

test("fields of other structs and other names have no hover", async () => {
  const hover = await hovers("/w/a.c", C);
  for (const before of ["mode = 0;", "pager *p", "ioctl(fd", "= 4096"]) expect(await hover(before)).toBeNull();
});

test("in a script, names and numbers are known", async () => {
  const hover = await hovers(
    "/w/a.ts",
    "const UFFDIO_COPY = 0xc028aa03n;\nioctl(fd, 0xc028aa05n, b); f(0xdeadbeef);\n",
  );
  expect(await hover("UFFDIO_COPY")).toContain("Allocates pages");
  expect(await hover("0xc028aa05n")).toContain("`UFFDIO_MOVE` = 0xc028aa05");
  expect(await hover("0xdeadbeef")).toBeNull();
});
