import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Methods } from "#protocol/messages";

const root = join(__dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const document = read("docs/protocol.md");
const messages = read("protocol/messages.ts");
const panel = read("protocol/panel.ts");

/** Text between the heading of a method and the next heading. */
function section(method: string): string {
  const start = document.indexOf(`### \`${method}\``);
  return start === -1 ? "" : (document.slice(start).split(/\n##+ /)[0] ?? "");
}

/** Doc comment and body of the interface that declares a method. */
function declaration(method: string): { comment: string; body: string } {
  const pattern = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport interface (\w+) \{\n([\s\S]*?)\n\}/g;
  for (const [, comment = "", , body = ""] of messages.matchAll(pattern)) {
    if (body.includes(`readonly method: "${method}"`)) return { comment: comment.trim(), body };
  }
  return { comment: "", body: "" };
}

describe("docs/protocol.md", () => {
  it("has a section for every method and for no other", () => {
    const described = [...document.matchAll(/^### `(.+)`$/gm)].map(([, name]) => name);
    expect([...described].sort()).toEqual(Object.values(Methods).sort());
  });

  it.each(Object.values(Methods))("describes %s in the words of the source", (method) => {
    const { comment, body } = declaration(method);
    expect(comment).not.toBe("");
    expect(section(method)).toContain(comment);
    const fields = [...body.matchAll(/readonly (\w+):/g)].map(([, name]) => name ?? "");
    for (const field of fields.filter((name) => !["method", "params", "result"].includes(name))) {
      expect(section(method)).toMatch(new RegExp(`\`[^\`]*\\b${field}\\b`));
    }
  });

  it("lists the messages between host and page, and no others", () => {
    const declared = [...panel.matchAll(/readonly type: "(\w+)"/g)].map(([, name]) => name);
    const described = [...document.slice(document.indexOf("## Panel")).matchAll(/^\* `(\w+)`:/gm)].map(
      ([, name]) => name,
    );
    expect([...described].sort()).toEqual([...declared].sort());
  });
});
