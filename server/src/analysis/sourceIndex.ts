/** What a glance at a file's text tells, without parsing it: enough to know which files have to be parsed at all. */
export interface Glance {
  readonly text: string;
  readonly language: "c" | "script" | "header" | "other";
  /** The text may have to do with userfaultfd. */
  readonly sign: boolean;
  readonly hasMain: boolean;
  /** Names that look like function definitions. */
  readonly defines: ReadonlySet<string>;
  /** Names that are followed by a parenthesis. */
  readonly calls: ReadonlySet<string>;
}

const SIGN = /userfaultfd|UFFDIO_|uffdio_|UFFD_|0xc0(?:28|20|18)aa/i;
/** Scripts have no header to name: there a foreign function interface and an ioctl are sign enough. */
const FOREIGN = /koffi|\bffi\b|ffi-napi|ffi-rs|dlopen|\.node["'`]|bindings|0xaa/i;
const C_SOURCE = /\.(?:c|cc|cpp|cxx|c\+\+)$/i;
const HEADER = /\.(?:h|hh|hpp|hxx|h\+\+|inc|ipp)$/i;
const SCRIPT = /\.(?:ts|tsx|mts|cts|js|jsx|mjs|cjs)$/i;
const NOT_NAMES = new Set(["if", "for", "while", "switch", "return", "sizeof", "defined", "do", "else", "catch"]);
const NONE: ReadonlySet<string> = new Set();

/** Files larger than this are not sources anybody wrote. */
const MAX_CHARACTERS = 8_000_000;

export function glanceAt(file: string, text: string): Glance {
  const language = C_SOURCE.test(file) ? "c" : HEADER.test(file) ? "header" : SCRIPT.test(file) ? "script" : "other";
  const usable = text.length <= MAX_CHARACTERS && !text.slice(0, 4096).includes("\0");
  if (language === "other" || !usable)
    return { text, language: "other", sign: false, hasMain: false, defines: NONE, calls: NONE };
  const sign = SIGN.test(text) || (language === "script" && /\bioctl\b/.test(text) && FOREIGN.test(text));
  if (language !== "c") return { text, language, sign, hasMain: false, defines: NONE, calls: NONE };
  return { text, language, sign, hasMain: /\bmain\s*\(/.test(text), ...namesIn(text) };
}

function namesIn(text: string): { defines: Set<string>; calls: Set<string> } {
  const defines = new Set<string>();
  const calls = new Set<string>();
  const name = /\b([A-Za-z_]\w*)\s*\(/g;
  for (let m = name.exec(text); m; m = name.exec(text)) {
    const word = m[1] ?? "";
    if (NOT_NAMES.has(word)) continue;
    calls.add(word);
    if (!defines.has(word) && opensBody(text, name.lastIndex)) defines.add(word);
  }
  return { defines, calls };
}

/** True when the parenthesis before `from` closes and a brace follows: a definition's head. */
function opensBody(text: string, from: number): boolean {
  let depth = 1;
  for (let i = from; i < text.length && i < from + 2000; i++) {
    const c = text.charCodeAt(i);
    if (c === 40) depth++;
    else if (c === 59 || c === 123 || c === 125) return false;
    else if (c === 41 && --depth === 0)
      return /^\s*(?:__attribute__\s*\(\([^)]*\)\)\s*|const\s*|noexcept\s*|override\s*)*\{/.test(
        text.slice(i + 1, i + 80),
      );
  }
  return false;
}
