import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePageMessage } from "./pageMessages";

describe("parsePageMessage", () => {
  it.each([
    [{ type: "ready" }],
    [{ type: "command", command: "stop" }],
    [{ type: "attachTo", pid: 41 }],
    [{ type: "reveal", file: "/src/gc.c", line: 131 }],
    [{ type: "copy", text: "sudo setcap …" }],
  ])("takes %j", (message) => expect(parsePageMessage(message)).toEqual(message));

  it.each([
    [null],
    ["ready"],
    [{ type: "command", command: "workbench.action.quit" }],
    [{ type: "command", command: "toString" }],
    [{ type: "attachTo", pid: -1 }],
    [{ type: "attachTo", pid: "1" }],
    [{ type: "attachTo", pid: 2 ** 40 }],
    [{ type: "reveal", file: "", line: 1 }],
    [{ type: "reveal", file: "a\0b", line: 1 }],
    [{ type: "reveal", file: "/a", line: 1.5 }],
    [{ type: "copy", text: "x".repeat(5 * 1024 * 1024) }],
    [{ type: "eval", text: "1" }],
  ])("refuses %.60j", (message) => expect(parsePageMessage(message)).toBeUndefined());

  it("drops what it does not know of and never throws", () => {
    expect(parsePageMessage({ type: "ready", extra: 1 })).toEqual({ type: "ready" });
    fc.assert(fc.property(fc.anything(), (value) => void parsePageMessage(value)));
  });
});
