/** A remedy as text and code: what stands between backticks is typed as it stands. */

export type RemedyPart = { readonly kind: "text" | "code"; readonly text: string };

/** Splits a remedy at its backticks; an odd backtick is text. Empty parts are left out. */
export function remedyParts(remedy: string): RemedyPart[] {
  const pieces = remedy.split("`");
  const parts = pieces.map((text, index): RemedyPart => {
    const closed = index % 2 === 1 && index < pieces.length - 1;
    return closed ? { kind: "code", text } : { kind: "text", text: index % 2 === 1 ? `\`${text}` : text };
  });
  return parts.filter((part) => part.text !== "");
}

/** How a remedy is laid out: its sentence, and a shell command that ends it, which gets a line of its own. */
export interface RemedyLayout {
  readonly sentence: readonly RemedyPart[];
  readonly apart: string | undefined;
}

/** @param commands the parts that are shell commands; other code stays in the sentence */
export function layOut(remedy: string, commands: readonly string[]): RemedyLayout {
  const meant = remedyParts(remedy).filter(({ kind, text }) => kind === "code" || /[^\s.]/.test(text));
  const last = meant[meant.length - 1];
  if (last?.kind !== "code" || !commands.includes(last.text)) return { sentence: meant, apart: undefined };
  return { sentence: meant.slice(0, -1), apart: last.text };
}
