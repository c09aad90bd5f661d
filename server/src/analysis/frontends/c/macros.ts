/** Macro definitions and their expansion, by the rules of the C preprocessor as far as real code needs them. */

export interface Macro {
  readonly name: string;
  /** Absent for an object-like macro. */
  readonly params?: readonly string[];
  readonly variadic: boolean;
  readonly body: string;
}

export type MacroTable = Map<string, Macro>;

const TOKEN = /[A-Za-z_]\w*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\.?\d[\w.]*|##|#|\s+|[^\w\s]/g;
const MAX_EXPANSION = 200_000;
/** Macros within macros. */
const MAX_NESTING = 200;

/** Reads what follows `#define`. */
export function parseDefine(text: string): Macro | undefined {
  const m = /^\s*([A-Za-z_]\w*)(\(([^)]*)\))?/.exec(text);
  if (!m?.[1]) return undefined;
  const body = stripComments(text.slice(m[0].length)).trim();
  if (m[2] === undefined) return { name: m[1], variadic: false, body };
  const names = (m[3] ?? "")
    .split(",")
    .map((p) => p.trim())
    .filter(Boolean);
  const last = names.at(-1);
  const variadic = last?.endsWith("...") ?? false;
  if (variadic && last) names[names.length - 1] = last === "..." ? "__VA_ARGS__" : last.slice(0, -3).trim();
  return { name: m[1], params: names, variadic, body };
}

export function stripComments(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/.*$|("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/gm,
    (_all, kept?: string) => kept ?? " ",
  );
}

/** Expands every macro in a piece of text; `hidden` names are left alone (no recursion). */
export function expandText(
  text: string,
  macros: MacroTable,
  hidden: ReadonlySet<string> = new Set(),
  budget = { left: MAX_EXPANSION },
): string {
  const tokens = text.match(TOKEN) ?? [];
  let out = "";
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? "";
    const macro = macros.get(token);
    if (!macro || hidden.has(token) || hidden.size >= MAX_NESTING || budget.left <= 0) {
      out += token;
      continue;
    }
    if (!macro.params) {
      out += substitute(macro, [], macros, hidden, budget);
      continue;
    }
    let open = i + 1;
    while (/^\s+$/.test(tokens[open] ?? "")) open++;
    if (tokens[open] !== "(") {
      out += token;
      continue;
    }
    const call = readArguments(tokens, open);
    if (!call) {
      out += token;
      continue;
    }
    out += substitute(macro, call.args, macros, hidden, budget);
    i = call.end;
  }
  return out;
}

/** Result of one macro use, `args` as written. */
export function substitute(
  macro: Macro,
  args: readonly string[],
  macros: MacroTable,
  hidden: ReadonlySet<string> = new Set(),
  budget = { left: MAX_EXPANSION },
): string {
  budget.left -= macro.body.length + 1;
  if (budget.left <= 0) return "";
  const inner = new Set(hidden).add(macro.name);
  if (!macro.params) return expandText(macro.body, macros, inner, budget);
  const raw = new Map<string, string>();
  const last = macro.params.length - 1;
  macro.params.forEach((p, n) => {
    const isRest = macro.variadic && n === last;
    raw.set(p, isRest ? args.slice(n).join(", ") : (args[n] ?? "").trim());
  });
  const tokens = macro.body.match(TOKEN) ?? [];
  let out = "";
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] ?? "";
    if (token === "#") {
      let next = i + 1;
      while (/^\s+$/.test(tokens[next] ?? "")) next++;
      const arg = raw.get(tokens[next] ?? "");
      if (arg !== undefined) {
        out += JSON.stringify(arg.replace(/\s+/g, " "));
        i = next;
        continue;
      }
    }
    if (token === "##") {
      out = out.trimEnd();
      let next = i + 1;
      while (/^\s+$/.test(tokens[next] ?? "")) next++;
      const right = raw.get(tokens[next] ?? "") ?? tokens[next] ?? "";
      if (out.endsWith(",") && right === "") out = out.slice(0, -1);
      else out += right;
      i = next;
      continue;
    }
    const arg = raw.get(token);
    if (arg === undefined) {
      out += token;
      continue;
    }
    const pasted = /^\s*##/.test(tokens.slice(i + 1, i + 3).join(""));
    out += pasted ? arg : expandText(arg, macros, hidden, budget);
    budget.left -= arg.length;
    if (budget.left <= 0) return "";
  }
  return expandText(out, macros, inner, budget);
}

function readArguments(tokens: readonly string[], open: number): { args: string[]; end: number } | undefined {
  const args: string[] = [];
  let depth = 0;
  let current = "";
  for (let i = open; i < tokens.length; i++) {
    const t = tokens[i] ?? "";
    if (t === "(" || t === "[" || t === "{") {
      if (depth++ > 0) current += t;
    } else if (t === ")" || t === "]" || t === "}") {
      if (--depth === 0) {
        if (args.length > 0 || current.trim()) args.push(current);
        return { args, end: i };
      }
      current += t;
    } else if (t === "," && depth === 1) {
      args.push(current);
      current = "";
    } else {
      current += t;
    }
  }
  return undefined;
}

/** Reads a macro's arguments straight from source text; `from` is at the opening parenthesis. */
export function readCallText(text: string, from: number): { args: string[]; end: number } | undefined {
  let depth = 0;
  let start = from + 1;
  const args: string[] = [];
  for (let i = from; i < text.length && i < from + 100_000; i++) {
    const c = text.charCodeAt(i);
    if (c === 34 || c === 39) {
      i = skipQuoted(text, i);
    } else if (c === 47 && text.charCodeAt(i + 1) === 42) {
      const close = text.indexOf("*/", i + 2);
      if (close === -1) return undefined;
      i = close + 1;
    } else if (c === 47 && text.charCodeAt(i + 1) === 47) {
      const close = text.indexOf("\n", i);
      if (close === -1) return undefined;
      i = close;
    } else if (c === 40 || c === 91 || c === 123) {
      depth++;
    } else if (c === 41 || c === 93 || c === 125) {
      if (--depth === 0) {
        const last = clean(text.slice(start, i));
        if (args.length > 0 || last) args.push(last);
        return { args, end: i + 1 };
      }
    } else if (c === 44 && depth === 1) {
      args.push(clean(text.slice(start, i)));
      start = i + 1;
    }
  }
  return undefined;
}

const clean = (text: string): string => stripComments(text).replace(/\s+/g, " ").trim();

/** Offset of the closing quote of a literal that opens at `from` (or of the line's end when it is not closed). */
export function skipQuoted(text: string, from: number): number {
  const quote = text.charCodeAt(from);
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i++;
    else if (c === quote) return i;
    else if (c === 10) return i;
  }
  return text.length;
}
