import type { Typed } from "./context";
import { type CType, INT, LONG, ULONG } from "./types";

/** A C number: integers with their suffix, anything else as a double. */
export function integerLiteral(text: string): Typed {
  const clean = text.replace(/'/g, "");
  const suffix = /[uUlL]+$/.exec(clean)?.[0] ?? "";
  const digits = clean.slice(0, clean.length - suffix.length);
  const unsigned = /u/i.test(suffix);
  if (/^0[0-7]+$/.test(digits)) return number(Number.parseInt(digits, 8), unsigned, suffix);
  if (/^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)$/.test(digits)) {
    const v = BigInt(digits);
    // The top half of the 64-bit range is kept as the negative number of the same bits.
    const wrapped = v >= 1n << 63n ? v - (1n << 64n) : v;
    const n = Number(wrapped);
    if (!Number.isSafeInteger(n)) return { e: { k: "unknown" }, t: ULONG };
    return number(n, unsigned, suffix);
  }
  const f = Number.parseFloat(digits);
  return { e: { k: "const", v: Number.isFinite(f) ? f : 0 }, t: { k: "float", size: 8 } };
}

function number(v: number, unsigned: boolean, suffix: string): Typed {
  const long = /l/i.test(suffix) || v > 0x7fffffff;
  const t: CType = long ? (unsigned ? ULONG : LONG) : unsigned ? { k: "int", size: 4, signed: false } : INT;
  return { e: { k: "const", v }, t };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "0": "\0",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** The characters of a string or character literal as written in source. */
export function stringText(source: string): string {
  const body = source.replace(/^[^"']*["']|["']$/g, "");
  return body.replace(/\\(x[\da-fA-F]+|[0-7]{1,3}|.)/g, (_all, code: string) => {
    if (code.startsWith("x")) return String.fromCharCode(Number.parseInt(code.slice(1), 16) & 0xffff);
    if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
    return ESCAPES[code] ?? code;
  });
}
