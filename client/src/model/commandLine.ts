/** Splits a command line into words the way a shell does, without being one: nothing is expanded or redirected. */
import { homedir } from "node:os";

export type CommandLine =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "problem"; readonly message: string };

/** What a shell would act on, and we would pass on as text: better to say so. */
const OPERATORS = "|&;<>()`$*?[]{}#\n";

/**
 * Quotes, backslashes and a leading `~/` mean what they mean in a shell. Leading `NAME=value` words become a call of
 * `env`. Operators and expansions are refused with a sentence that names them.
 */
export function splitCommandLine(line: string, home: string = homedir()): CommandLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const c = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote !== undefined) {
      if (c === quote) quote = undefined;
      else if (quote === '"' && c === "\\" && next !== "" && '"\\$`'.includes(next)) {
        word += next;
        at += 1;
      } else if (quote === '"' && (c === "$" || c === "`")) return refuse(c);
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= "";
    } else if (c === "\\") {
      if (next === "") return { kind: "problem", message: "The line ends with a lone backslash." };
      word = (word ?? "") + next;
      at += 1;
    } else if (c === " " || c === "\t") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (OPERATORS.includes(c) && !(c === "#" && word !== undefined)) {
      return refuse(c);
    } else if (c === "~" && word === undefined && (next === "/" || next === " " || next === "")) {
      word = home;
    } else {
      word = (word ?? "") + c;
    }
  }
  if (quote !== undefined) return { kind: "problem", message: `A quote ${quote} is not closed.` };
  if (word !== undefined) words.push(word);
  if (words[0] === undefined || words[0] === "") {
    return { kind: "problem", message: "Type the program to run and its arguments." };
  }
  return { kind: "words", words: /^\s*[A-Za-z_]\w*=/.test(line) ? ["env", ...words] : words };
}

function refuse(operator: string): CommandLine {
  const name = operator === "\n" ? "A line break" : `"${operator}"`;
  return {
    kind: "problem",
    message: `${name} would need a shell: quote it to pass it on as it is, or use sh -c '…'.`,
  };
}
