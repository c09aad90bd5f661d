/**
 * Value of a preprocessor condition. `expand` gives the text with macros replaced, `isDefined` answers `defined(X)`.
 * Whatever is left as a name counts as 0, as the standard has it; a malformed condition is 0 too.
 */
export function conditionHolds(
  text: string,
  expand: (t: string) => string,
  isDefined: (n: string) => boolean,
): boolean {
  const asked = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/g, " ")
    .replace(/\bdefined\s*(?:\(\s*(\w+)\s*\)|(\w+))/g, (_all, a: string | undefined, b: string | undefined) =>
      isDefined(a ?? b ?? "") ? "1" : "0",
    )
    .replace(/\b__has_(?:include|builtin|attribute|feature)(?:_next)?\s*\([^)]*\)/g, "1");
  return new ConditionParser(expand(asked)).value() !== 0;
}

const LEVELS: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<=", ">=", "<", ">"],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

class ConditionParser {
  private readonly tokens: readonly string[];
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.tokens = text.match(/\d[\w.]*|\w+|'(?:\\.|[^'])'|&&|\|\||==|!=|<=|>=|<<|>>|[-+*/%<>()!~?:&|^]/g) ?? [];
  }

  value(): number {
    const v = this.ternary();
    return Number.isFinite(v) ? v : 0;
  }

  private ternary(): number {
    if (++this.depth > 200) return 0;
    const c = this.binary(0);
    if (this.tokens[this.at] !== "?") return this.leave(c);
    this.at++;
    const a = this.ternary();
    if (this.tokens[this.at] === ":") this.at++;
    const b = this.ternary();
    return this.leave(c ? a : b);
  }

  private leave(v: number): number {
    this.depth--;
    return v;
  }

  private binary(level: number): number {
    const ops = LEVELS[level];
    if (!ops) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const op = this.tokens[this.at];
      if (op === undefined || !ops.includes(op)) return left;
      this.at++;
      left = apply(op, left, this.binary(level + 1));
    }
  }

  private unary(): number {
    const t = this.tokens[this.at++];
    if (t === undefined || ++this.depth > 200) return 0;
    if (t === "!") return this.leave(this.unary() ? 0 : 1);
    if (t === "~") return this.leave(~this.unary());
    if (t === "-") return this.leave(-this.unary());
    if (t === "+") return this.leave(this.unary());
    if (t === "(") {
      const v = this.ternary();
      if (this.tokens[this.at] === ")") this.at++;
      return this.leave(v);
    }
    if (t.startsWith("'")) return this.leave(t.charCodeAt(1));
    const digits = t.replace(/[uUlL]+$/, "");
    const v = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    return this.leave(Number.isFinite(v) ? v : 0);
  }
}

function apply(op: string, a: number, b: number): number {
  switch (op) {
    case "||":
      return a || b ? 1 : 0;
    case "&&":
      return a && b ? 1 : 0;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&":
      return a & b;
    case "==":
      return a === b ? 1 : 0;
    case "!=":
      return a !== b ? 1 : 0;
    case "<=":
      return a <= b ? 1 : 0;
    case ">=":
      return a >= b ? 1 : 0;
    case "<":
      return a < b ? 1 : 0;
    case ">":
      return a > b ? 1 : 0;
    case "<<":
      return a * 2 ** b;
    case ">>":
      return Math.floor(a / 2 ** b);
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b ? Math.trunc(a / b) : 0;
    default:
      return b ? a % b : 0;
  }
}
