/** A JavaScript number or bigint literal. */
export function numberLiteral(text: string): number | bigint {
  const clean = text.replaceAll("_", "");
  if (clean.endsWith("n")) {
    try {
      return BigInt(clean.slice(0, -1));
    } catch {
      return Number.NaN;
    }
  }
  return /^0[0-7]+$/.test(clean) ? Number.parseInt(clean, 8) : Number(clean);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", "0": "\0" };

/** The text a string literal stands for. */
export function stringLiteral(source: string): string {
  return source
    .slice(1, -1)
    .replace(/\\(u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|\r?\n|.)/g, (_all, code: string) => {
      const hex = /^[ux]\{?([\da-fA-F]+)/.exec(code)?.[1];
      if (hex) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff));
      return code.endsWith("\n") ? "" : (ESCAPES[code] ?? code);
    });
}
