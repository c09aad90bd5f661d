import { cString, literal, scramble, target } from "../access";
import type { Machine } from "../machine";
import { toNumber } from "../operate";
import { touch } from "../touch";
import { ErrnoValue, type Value } from "../value";
import type { External } from "./library";

function compare(m: Machine, a: Value, b: Value, limit?: number): Value {
  const x = cString(m, a)?.slice(0, limit);
  const y = cString(m, b)?.slice(0, limit);
  if (x === undefined || y === undefined) return m.fresh();
  return x === y ? 0 : x < y ? -1 : 1;
}

function find(m: Machine, s: Value, at: (text: string) => number): Value {
  const text = cString(m, s);
  const base = toNumber(m, s);
  if (text === undefined || base === undefined) return m.fresh();
  const i = at(text);
  return i === -1 ? 0 : base + i;
}

function number(m: Machine, s: Value, base: Value): Value {
  const text = cString(m, s);
  if (text === undefined) return m.fresh();
  const radix = toNumber(m, base) ?? 10;
  const n = Number.parseInt(text, radix === 0 ? (/^\s*0x/i.test(text) ? 16 : 10) : radix);
  return Number.isNaN(n) ? 0 : n;
}

/** Text functions, as far as they decide what a program does (settings, options). */
export const STRINGS: Readonly<Record<string, External>> = {
  strlen(m, [s]) {
    const text = cString(m, s);
    if (text !== undefined) return text.length;
    const n = m.fresh();
    n.lo = 0;
    const at = target(m, s);
    if (at?.obj.pages) touch(m, at.obj, at.off, 1, false);
    return n;
  },
  strcmp: (m, [a, b]) => compare(m, a, b),
  strcasecmp: (m, [a, b]) => compare(m, a, b),
  strncmp: (m, [a, b, n]) => compare(m, a, b, toNumber(m, n)),
  strncasecmp: (m, [a, b, n]) => compare(m, a, b, toNumber(m, n)),
  strchr: (m, [s, c]) => find(m, s, (t) => t.indexOf(String.fromCharCode(toNumber(m, c) ?? 0))),
  strrchr: (m, [s, c]) => find(m, s, (t) => t.lastIndexOf(String.fromCharCode(toNumber(m, c) ?? 0))),
  strstr: (m, [s, part]) => find(m, s, (t) => t.indexOf(cString(m, part) ?? "\0")),
  atoi: (m, [s]) => number(m, s, 10),
  atol: (m, [s]) => number(m, s, 10),
  strtol: (m, [s, , base]) => number(m, s, base),
  strtoul: (m, [s, , base]) => number(m, s, base),
  strtoull: (m, [s, , base]) => number(m, s, base),
  strdup(m, [s]) {
    const text = cString(m, s);
    return text === undefined ? m.fresh() : literal(m, text);
  },
  strerror(m, [e]) {
    return e instanceof ErrnoValue ? literal(m, "error") : literal(m, "Success");
  },
  getenv: (m) => m.fresh(),
  fgets(m, [p, n]) {
    m.epoch++;
    scramble(m, p, Math.min(toNumber(m, n) ?? 64, 64));
    return m.fresh();
  },
  fscanf(m, [, , ...out]) {
    for (const p of out) scramble(m, p, 4);
    const n = m.fresh();
    n.lo = -1;
    n.hi = out.length;
    return n;
  },
  sscanf: (m, args) => STRINGS.fscanf?.(m, args),
};
