/** What the C programs say of themselves: `//@ NAME fails CODE KIND`, `//@ NAME cause`, `//@ NAME waits CODE KIND`;
 * `//@ NAME nowhere` where the cause has no line, as the end of a process. */
import { readFileSync } from "node:fs";

export interface Expected {
  readonly name: string;
  readonly does: "fails" | "waits";
  readonly code: string;
  readonly kind: string;
  /** `file:line` of the call that fails or should have woken, and of the cause. */
  readonly at: string;
  readonly causeAt: string;
}

const MARK = /\/\/@ (\S+) (?:(fails|waits) (\S+) (\S+)|(cause|nowhere))/g;

export function expectedOf(files: readonly string[]): Expected[] {
  const causes = new Map<string, string>();
  const found: Omit<Expected, "causeAt">[] = [];
  for (const file of files) {
    for (const [index, text] of readFileSync(file, "utf8").split("\n").entries()) {
      const at = `${file}:${index + 1}`;
      for (const [, name = "", does = "", code = "", kind = "", cause] of text.matchAll(MARK)) {
        if (cause !== undefined) causes.set(name, cause === "cause" ? at : "null:null");
        else found.push({ name, does: does as Expected["does"], code, kind, at });
      }
    }
  }
  return found.map((one) => {
    const causeAt = causes.get(one.name) ?? one.at;
    // A wait is told at the call that should have ended it.
    return { ...one, at: one.does === "waits" ? causeAt : one.at, causeAt };
  });
}
