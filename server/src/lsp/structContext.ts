/**
 * Which field of which struct of userfaultfd stands at a place of a text. Works on text that does not parse, because it
 * is being typed: declarations are looked for by their words.
 */

export interface FieldAt {
  /** `uffdio_move`, `uffd_msg`… */
  readonly struct: string;
  /** As in the tables: `mode`, `range.start`, `pagefault.address`. */
  readonly field: string;
}

const STRUCT = "(uffdio_\\w+|uffd_msg)";
const NAME = "[A-Za-z_]\\w*";
const CHAIN = new RegExp(
  `(${NAME}(?:\\[[^\\]]*\\])?(?:\\s*(?:\\.|->)\\s*${NAME}(?:\\[[^\\]]*\\])?)*)\\s*(?:\\.|->)\\s*$`,
);
const CAST = new RegExp(`\\(\\s*(?:const\\s+)?(?:struct\\s+)?${STRUCT}\\s*\\*\\s*\\)\\s*[\\w.]+\\s*\\)\\s*->\\s*$`);
/** How far back an initializer, and how far around a declaration is looked for. */
const MAX_BACK = 20_000;
const MAX_AROUND = 200_000;
/** No expression before a field is longer. */
const MAX_EXPRESSION = 500;

/** The field whose name starts at `start`. */
export function fieldAt(text: string, start: number, name: string): FieldAt | undefined {
  const before = text.slice(Math.max(0, start - MAX_BACK), start);
  const near = before.slice(-MAX_EXPRESSION);
  const cast = CAST.exec(near)?.[1];
  if (cast) return { struct: cast, field: name };
  const chain = CHAIN.exec(near)?.[1];
  if (chain) return inChain(text, start, chain, name);
  return /[{,]\s*\.\s*$/.test(before) ? inInitializer(before, name) : undefined;
}

function inChain(text: string, start: number, chain: string, name: string): FieldAt | undefined {
  const parts = chain.split(/\.|->/).map((p) => p.replace(/\[.*$/s, "").trim());
  const arg = parts.lastIndexOf("arg");
  if (arg > 0) return withStruct(text, start, parts[arg - 1], [...parts.slice(arg + 1), name].join("."));
  if (parts.at(-1) === "range" && parts.length > 1) return withStruct(text, start, parts.at(-2), `range.${name}`);
  return withStruct(text, start, parts.at(-1), name);
}

/** The struct a variable or member is declared as: last before the place, or else first after it. */
function withStruct(text: string, start: number, base: string | undefined, field: string): FieldAt | undefined {
  if (base === undefined) return undefined;
  const declared = new RegExp(`\\b${STRUCT}\\b(?:[^;(){}]|\\{[^{}]*\\})*?[\\s*&,]${base}\\b`, "g");
  const from = Math.max(0, start - MAX_AROUND);
  let struct: string | undefined;
  for (const match of text.slice(from, start + MAX_AROUND).matchAll(declared)) {
    if (struct !== undefined && from + match.index > start) break;
    struct = match[1];
  }
  return struct === undefined ? undefined : { struct, field };
}

function inInitializer(before: string, name: string): FieldAt | undefined {
  let depth = 0;
  let field = name;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const c = before[i];
    if (c === "}") depth += 1;
    if (c === ";" && depth === 0) return undefined;
    if (c !== "{" || depth-- > 0) continue;
    depth = 0;
    const head = before.slice(0, i);
    if (/\.\s*range\s*=\s*$/.test(head)) {
      field = `range.${field}`;
      continue;
    }
    const struct = new RegExp(`\\b${STRUCT}\\b[^;{}]*(?:=|\\))?\\s*$`).exec(head)?.[1];
    return struct === undefined ? undefined : { struct, field };
  }
  return undefined;
}
