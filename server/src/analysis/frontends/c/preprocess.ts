import { expandText, type Macro, type MacroTable, parseDefine, readCallText, skipQuoted, substitute } from "./macros";
import { conditionHolds } from "./ppExpr";

/** A file after preprocessing, with the way back to the file as written. */
export interface Preprocessed {
  readonly file: string;
  readonly text: string;
  /** Where an offset of `text` comes from; a macro's result comes from the whole use of the macro. */
  readonly locate: (offset: number) => { readonly start: number; readonly end: number };
  /** Attributes that were taken out of the text, by the offset they stood at. */
  readonly attributes: readonly Attribute[];
  /** Headers of the workspace, in order of inclusion, each once. */
  readonly includes: readonly Preprocessed[];
}

export interface Attribute {
  readonly at: number;
  readonly text: string;
}

/** Extensions of compilers that the grammar does not know everywhere: they are taken out of the text. */
const WITH_ARGUMENTS = new Set([
  "__attribute__",
  "__attribute",
  "__declspec",
  "__asm__",
  "_Static_assert",
  "static_assert",
]);
const WORDS = new Set([
  "__extension__",
  "__restrict",
  "__restrict__",
  "restrict",
  "__inline",
  "__inline__",
  "__volatile__",
]);

export interface PreprocessHost {
  /** Text of a header of the workspace, or undefined for one of the system. */
  readonly open: (name: string, from: string) => { readonly file: string; readonly text: string } | undefined;
  /** Names the system headers define. */
  readonly isDefined: (name: string) => boolean;
}

/** What takes the place of a name (and its arguments) that ends at `end` in the source. */
interface Replacement {
  readonly text: string;
  readonly end: number;
  readonly attribute?: string;
}

interface Segment {
  readonly out: number;
  readonly start: number;
  /** Set for the result of a macro: end of its use in the source. */
  readonly end?: number;
}

interface Branch {
  readonly parent: boolean;
  taken: boolean;
  active: boolean;
}

const MAX_INCLUDE_DEPTH = 20;

/** What headers define as macros and the analysis has to see through. */
const BUILT_IN: readonly Macro[] = [
  { name: "va_start", params: ["ap", "last"], variadic: false, body: "((ap) = __va_begin())" },
  { name: "va_arg", params: ["ap", "type"], variadic: false, body: "((type)__va_next(ap))" },
  { name: "va_copy", params: ["to", "from"], variadic: false, body: "((to) = (from))" },
  { name: "va_end", params: ["ap"], variadic: false, body: "((void)0)" },
];

/** The macros a file starts with: built-in ones and those of the compiler's command line, which are 1 without a value. */
export function macrosOf(defines: readonly string[] = []): MacroTable {
  const given = defines.flatMap((d) => parseDefine(d.includes("=") ? d.replace("=", " ") : `${d} 1`) ?? []);
  return new Map([...BUILT_IN, ...given].map((m) => [m.name, m]));
}

/** Runs the preprocessor over a file and the headers of the workspace it includes. */
export function preprocess(
  file: string,
  text: string,
  host: PreprocessHost,
  macros: MacroTable = macrosOf(),
  seen: Set<string> = new Set(),
  depth = 0,
): Preprocessed {
  seen.add(file);
  return new Pass(file, text, host, macros, seen, depth).run();
}

class Pass {
  private readonly out: string[] = [];
  private length = 0;
  private readonly segments: Segment[] = [];
  private readonly branches: Branch[] = [];
  private readonly includes: Preprocessed[] = [];
  private readonly attributes: Attribute[] = [];

  constructor(
    private readonly file: string,
    private readonly text: string,
    private readonly host: PreprocessHost,
    private readonly macros: MacroTable,
    private readonly seen: Set<string>,
    private readonly depth: number,
  ) {}

  run(): Preprocessed {
    const { text } = this;
    let at = 0;
    while (at < text.length) {
      if (startsDirective(text, at)) at = this.directive(at);
      else if (this.active()) at = this.scan(at);
      else at = lineEnd(text, at);
    }
    const segments = this.segments;
    return {
      file: this.file,
      text: this.out.join(""),
      includes: this.includes,
      attributes: this.attributes,
      locate: (offset) => locateIn(segments, offset),
    };
  }

  private active(): boolean {
    return this.branches.at(-1)?.active ?? true;
  }

  private copy(from: number, to: number): void {
    if (to <= from) return;
    this.segments.push({ out: this.length, start: from });
    this.emit(this.text.slice(from, to));
  }

  private emit(piece: string): void {
    this.out.push(piece);
    this.length += piece.length;
  }

  /** Copies plain text up to the next line that is a directive, replacing macros; gives the offset of that line. */
  private scan(from: number): number {
    const { text } = this;
    let i = from;
    let copied = from;
    const stop = (): number => {
      this.copy(copied, i);
      return i;
    };
    while (i < text.length) {
      const c = text.charCodeAt(i);
      if (c === 10) {
        i++;
        if (startsDirective(text, i)) return stop();
      } else if (c === 34 || c === 39) {
        i = skipQuoted(text, i) + 1;
      } else if (c === 47 && text.charCodeAt(i + 1) === 42) {
        const close = text.indexOf("*/", i + 2);
        i = close === -1 ? text.length : close + 2;
      } else if (c === 47 && text.charCodeAt(i + 1) === 47) {
        i = lineEnd(text, i) - 1;
        if (i < 0 || text.charCodeAt(i) !== 10) i = text.length;
      } else if (isIdentifierStart(c)) {
        const start = i;
        while (i < text.length && isIdentifierPart(text.charCodeAt(i))) i++;
        const word = text.slice(start, i);
        const macro = this.macros.get(word);
        const used = macro ? this.use(macro, i) : this.takeOut(word, i);
        if (used) {
          this.copy(copied, start);
          if (used.attribute !== undefined) this.attributes.push({ at: this.length, text: used.attribute });
          this.segments.push({ out: this.length, start, end: used.end });
          this.emit(used.text);
          i = used.end;
          copied = i;
        }
      } else if (c >= 48 && c <= 57) {
        while (i < text.length && isIdentifierPart(text.charCodeAt(i))) i++;
      } else {
        i++;
      }
    }
    return stop();
  }

  private takeOut(word: string, after: number): Replacement | undefined {
    if (word === "offsetof") return this.offsetOf(after);
    if (WORDS.has(word)) return { text: "", end: after };
    if (!WITH_ARGUMENTS.has(word)) return undefined;
    let open = after;
    while (open < this.text.length && /\s/.test(this.text.charAt(open))) open++;
    const call = this.text.charAt(open) === "(" ? readCallText(this.text, open) : undefined;
    if (!call) return undefined;
    return { text: " ", end: call.end, attribute: expandText(this.text.slice(open, call.end), this.macros) };
  }

  /** `offsetof` of more than a plain member, which the grammar does not know. */
  private offsetOf(after: number): Replacement | undefined {
    const open = this.text.indexOf("(", after);
    const call = open !== -1 && this.text.slice(after, open).trim() === "" ? readCallText(this.text, open) : undefined;
    const [type, member] = call?.args ?? [];
    if (!call || !type || !member || !/[.[]/.test(member)) return undefined;
    return {
      text: `((unsigned long)&((${expandText(type, this.macros)} *)0)->${expandText(member, this.macros)})`,
      end: call.end,
    };
  }

  private use(macro: Macro, after: number): Replacement | undefined {
    if (!macro.params) return withoutAttributes(oneLine(substitute(macro, [], this.macros)), after);
    let open = after;
    while (open < this.text.length && /\s/.test(this.text.charAt(open))) open++;
    if (this.text.charAt(open) !== "(") return undefined;
    const call = readCallText(this.text, open);
    return call && withoutAttributes(oneLine(substitute(macro, call.args, this.macros)), call.end);
  }

  /** Handles the directive at `at` and gives the offset after its last line. */
  private directive(at: number): number {
    const { text } = this;
    let end = lineEnd(text, at);
    while (/\\\r?\n$/.test(text.slice(at, end)) && end < text.length) end = lineEnd(text, end);
    const line = text.slice(at, end).replace(/\\\r?\n/g, " ");
    const m = /^\s*#\s*([a-z_]+)?([\s\S]*)$/.exec(line);
    const rest = m?.[2] ?? "";
    const name = m?.[1] ?? "";
    if (!this.conditional(name, rest) && this.active()) this.command(name, rest);
    this.segments.push({ out: this.length, start: end > at ? end - 1 : at });
    this.emit("\n");
    return end;
  }

  private conditional(name: string, rest: string): boolean {
    const top = this.branches.at(-1);
    const word = /\w+/.exec(rest)?.[0] ?? "";
    switch (name) {
      case "if":
        return this.enter(() => this.holds(rest));
      case "ifdef":
        return this.enter(() => this.isDefined(word));
      case "ifndef":
        return this.enter(() => !this.isDefined(word));
      case "elif":
      case "elifdef":
      case "elifndef":
        if (top) {
          const wanted =
            top.parent &&
            !top.taken &&
            (name === "elif" ? this.holds(rest) : this.isDefined(word) === (name === "elifdef"));
          top.active = wanted;
          top.taken ||= wanted;
        }
        return true;
      case "else":
        if (top) {
          top.active = top.parent && !top.taken;
          top.taken = true;
        }
        return true;
      case "endif":
        this.branches.pop();
        return true;
      default:
        return false;
    }
  }

  private enter(test: () => boolean): boolean {
    const parent = this.active();
    const active = parent && test();
    this.branches.push({ parent, active, taken: active });
    return true;
  }

  private holds(rest: string): boolean {
    return conditionHolds(
      rest,
      (t) => expandText(t, this.macros),
      (n) => this.isDefined(n),
    );
  }

  private isDefined(name: string): boolean {
    return this.macros.has(name) || this.host.isDefined(name);
  }

  private command(name: string, rest: string): void {
    if (name === "define") {
      const macro = parseDefine(rest);
      if (macro && macro.body !== macro.name) this.macros.set(macro.name, macro);
    } else if (name === "undef") {
      this.macros.delete(rest.trim());
    } else if (name === "include") {
      this.include(rest);
    }
  }

  private include(rest: string): void {
    const name = /["<]([^">]+)[">]/.exec(rest)?.[1];
    if (!name || this.depth >= MAX_INCLUDE_DEPTH) return;
    const header = this.host.open(name, this.file);
    if (!header || this.seen.has(header.file)) return;
    const done = preprocess(header.file, header.text, this.host, this.macros, this.seen, this.depth + 1);
    this.includes.push(...done.includes, { ...done, includes: [] });
  }
}

/** A macro's result without the attributes in it, which are kept aside. */
function withoutAttributes(text: string, end: number): Replacement {
  let rest = text;
  const taken: string[] = [];
  for (let from = 0; ; ) {
    const m = /\b(\w+)\s*\(/g;
    m.lastIndex = from;
    const found = m.exec(rest);
    if (!found) break;
    from = m.lastIndex;
    if (!WITH_ARGUMENTS.has(found[1] ?? "")) continue;
    const call = readCallText(rest, from - 1);
    if (!call) break;
    taken.push(rest.slice(from - 1, call.end));
    rest = `${rest.slice(0, found.index)} ${rest.slice(call.end)}`;
    from = found.index;
  }
  return taken.length > 0 ? { text: rest, end, attribute: taken.join(" ") } : { text, end };
}

function locateIn(segments: readonly Segment[], offset: number): { start: number; end: number } {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.out ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const s = segments[low];
  if (!s) return { start: offset, end: offset };
  if (s.end !== undefined) return { start: s.start, end: s.end };
  const at = s.start + offset - s.out;
  return { start: at, end: at };
}

const lineEnd = (text: string, from: number): number => {
  const at = text.indexOf("\n", from);
  return at === -1 ? text.length : at + 1;
};

/** True when `at` begins a line whose first character other than blanks is `#`. */
function startsDirective(text: string, at: number): boolean {
  if (at > 0 && text.charCodeAt(at - 1) !== 10) return false;
  let i = at;
  while (text.charCodeAt(i) === 32 || text.charCodeAt(i) === 9) i++;
  return text.charCodeAt(i) === 35;
}

const isIdentifierStart = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
const isIdentifierPart = (c: number): boolean => isIdentifierStart(c) || (c >= 48 && c <= 57);
const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");
