import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCommandLine } from "./commandLine";

const words = (line: string): readonly string[] | string => {
  const split = splitCommandLine(line, "/home/me");
  return split.kind === "words" ? split.words : split.message;
};

describe("splitCommandLine", () => {
  it.each([
    ["./gc --pages 10", ["./gc", "--pages", "10"]],
    ["  a\t b  ", ["a", "b"]],
    [`a 'b c' "d e"f g\\ h`, ["a", "b c", "d ef", "g h"]],
    [`a "" ''`, ["a", "", ""]],
    [`a "x\\"y" "x\\y" 'x\\y'`, ["a", 'x"y', "x\\y", "x\\y"]],
    ["~/bin/gc ~ a~b ~x/y", ["/home/me/bin/gc", "/home/me", "a~b", "~x/y"]],
    ["X=1 Y=2 ./gc", ["env", "X=1", "Y=2", "./gc"]],
    [`gc '*|$x' a#b`, ["gc", "*|$x", "a#b"]],
    ["a\\|b", ["a|b"]],
  ])("%s", (line, expected) => expect(words(line)).toEqual(expected));

  it.each([
    ["", /Type the program/],
    ["   ", /Type the program/],
    ["''", /Type the program/],
    ["a | b", /"\|" would need a shell.*sh -c/],
    ["a > b", /">"/],
    ["a $HOME", /"\$"/],
    ['a "$HOME"', /"\$"/],
    ["a *.c", /"\*"/],
    ["a # b", /"#"/],
    ["a\nb", /A line break/],
    ["a 'b", /quote ' is not closed/],
    ["a b\\", /lone backslash/],
  ])("refuses %j and says why", (line, message) => expect(words(line)).toMatch(message));

  it("agrees with sh on lines that are quoted for it", () => {
    const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
    const word = fc.stringMatching(/^[ -~]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (list) => {
        expect(words(list.map(quote).join(" "))).toEqual(list);
      }),
    );
  });

  it("agrees with sh on unquoted words, double quotes and backslashes", () => {
    const part = fc.constantFrom("a", "b.c", "\\ ", "\\'", '"x y"', '"\\""', '"\\n"', "'q\\'", "--k=v", " ", "  ");
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const line = `cmd ${parts.join("")}`;
        const shell = execFileSync("sh", ["-c", `for w in ${line}; do printf '%s\\0' "$w"; done`], {
          encoding: "utf8",
        });
        expect(words(line)).toEqual(shell.split("\0").slice(0, -1));
      }),
      { numRuns: 40 },
    );
  });
});
