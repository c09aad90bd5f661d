/** A remedy as text and commands: what stands between backticks can be copied into a shell. */

export type RemedyPart = { readonly kind: "text" | "command"; readonly text: string };

/** Splits a remedy at its backticks; an odd backtick is text. Empty parts are left out. */
export function remedyParts(remedy: string): RemedyPart[] {
  const pieces = remedy.split("`");
  const parts = pieces.map((text, index): RemedyPart => {
    const closed = index % 2 === 1 && index < pieces.length - 1;
    return closed ? { kind: "command", text } : { kind: "text", text: index % 2 === 1 ? `\`${text}` : text };
  });
  return parts.filter((part) => part.text !== "");
}
