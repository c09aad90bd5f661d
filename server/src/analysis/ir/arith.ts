import type { Access, BinaryOp } from "./ir";

/**
 * Integer arithmetic on numbers that are exact up to 2^53; anything beyond that is given up (undefined), because a
 * wrong address is worse than an unknown one.
 */
export function arithmetic(op: BinaryOp, a: number, b: number): number | undefined {
  switch (op) {
    case "+":
      return exact(a + b);
    case "-":
      return exact(a - b);
    case "*":
      return exact(a * b);
    case "/":
      return b === 0 ? undefined : a / b;
    case "idiv":
      return b === 0 ? undefined : Math.trunc(a / b);
    case "%":
      return b === 0 ? undefined : exact(a % b);
    case "**":
      return exact(a ** b);
    case "&":
    case "|":
    case "^":
      return bitwise(op, a, b);
    case "<<":
      return b < 0 || b > 63 ? undefined : exact(a * 2 ** b);
    case ">>":
    case ">>>":
      return b < 0 || b > 63 ? undefined : Math.floor(a / 2 ** b);
    case "==":
      return a === b ? 1 : 0;
    case "!=":
      return a !== b ? 1 : 0;
    case "<":
      return a < b ? 1 : 0;
    case "<=":
      return a <= b ? 1 : 0;
    case ">":
      return a > b ? 1 : 0;
    case ">=":
      return a >= b ? 1 : 0;
    default:
      return undefined;
  }
}

const exact = (v: number): number | undefined => (Math.abs(v) <= Number.MAX_SAFE_INTEGER ? v : undefined);

function bitwise(op: "&" | "|" | "^", a: number, b: number): number | undefined {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return undefined;
  if (a >= 0 && b >= 0 && a < 0x80000000 && b < 0x80000000) return op === "&" ? a & b : op === "|" ? a | b : a ^ b;
  const x = BigInt(a);
  const y = BigInt(b);
  return exact(Number(op === "&" ? x & y : op === "|" ? x | y : x ^ y));
}

/** The value an access of this width keeps of a number. 64-bit values stay as they are, so -1 is also the largest. */
export function narrow(acc: Access, v: number): number {
  if (acc.kind === "float" || acc.kind === "any" || acc.kind === "agg" || acc.size >= 8) return v;
  if (!Number.isInteger(v)) v = Math.trunc(v);
  const range = 2 ** (acc.size * 8);
  if (acc.kind === "int") {
    const half = range / 2;
    if (v >= -half && v < half) return v;
    const m = ((v % range) + range) % range;
    return m >= half ? m - range : m;
  }
  if (v >= 0 && v < range) return v;
  return ((v % range) + range) % range;
}
