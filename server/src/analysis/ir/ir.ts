/**
 * The small language both frontends lower to: structured statements over places (addressable storage) and values.
 *
 * C objects are addressed by byte offset, JavaScript objects by property key; everything else is shared. Every span is
 * relative to the start of its function, so that a function's code can be kept when text before it changes.
 */

/** A half-open range of offsets in a unit's text, relative to `Fn.base`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How many bytes an access reads or writes and how they are to be understood. */
export interface Access {
  readonly size: number;
  readonly kind: "int" | "uint" | "ptr" | "float" | "agg" | "any";
}

export const ANY: Access = { size: 8, kind: "any" };

export type BinaryOp =
  | "+"
  | "-"
  | "*"
  | "/"
  | "idiv"
  | "%"
  | "**"
  | "&"
  | "|"
  | "^"
  | "<<"
  | ">>"
  | ">>>"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "instanceof";

export type UnaryOp = "-" | "~" | "!" | "+" | "typeof" | "void";

export type Constant = number | bigint | string | boolean | null | undefined;

export type Place =
  | { readonly k: "local"; readonly slot: number }
  /** Variable of an enclosing JavaScript function. */
  | { readonly k: "outer"; readonly depth: number; readonly slot: number }
  | { readonly k: "global"; readonly name: string }
  | { readonly k: "deref"; readonly e: Expr }
  | { readonly k: "field"; readonly p: Place; readonly off: number }
  | { readonly k: "index"; readonly p: Place; readonly i: Expr; readonly size: number }
  | { readonly k: "temp"; readonly size: number; readonly init: readonly Init[] }
  /** The storage of a value that is an aggregate already: a call that returns a struct. */
  | { readonly k: "value"; readonly e: Expr }
  | { readonly k: "prop"; readonly o: Expr; readonly key: Expr; readonly optional?: boolean };

/** One piece of an initializer: `expr` stored at byte `off`. */
export interface Init {
  readonly off: number;
  readonly acc: Access;
  readonly e: Expr;
}

export interface CallExpr {
  readonly k: "call";
  readonly f: Expr;
  readonly args: readonly Expr[];
  readonly at: Span;
  /** Receiver for a method call; then `f` reads a property of the same object. */
  readonly self?: Expr;
  readonly optional?: boolean;
  /** `new F(…)` of JavaScript. */
  readonly isNew?: boolean;
}

export type Expr =
  | { readonly k: "const"; readonly v: Constant }
  /** A C string literal: the address of its bytes. */
  | { readonly k: "cstr"; readonly s: string }
  | { readonly k: "load"; readonly p: Place; readonly acc: Access }
  | { readonly k: "addr"; readonly p: Place }
  | { readonly k: "assign"; readonly p: Place; readonly acc: Access; readonly e: Expr }
  | {
      readonly k: "update";
      readonly p: Place;
      readonly acc: Access;
      readonly op: BinaryOp;
      readonly e: Expr;
      readonly post: boolean;
    }
  | { readonly k: "bin"; readonly op: BinaryOp; readonly a: Expr; readonly b: Expr }
  | { readonly k: "un"; readonly op: UnaryOp; readonly e: Expr }
  | { readonly k: "cast"; readonly acc: Access; readonly e: Expr }
  | { readonly k: "and" | "or" | "nullish"; readonly a: Expr; readonly b: Expr; readonly at: Span }
  | { readonly k: "cond"; readonly c: Expr; readonly a: Expr; readonly b: Expr; readonly at: Span }
  | { readonly k: "seq"; readonly list: readonly Expr[] }
  | CallExpr
  /** A function by its name, found by the linker when it is called. */
  | { readonly k: "fn"; readonly name: string }
  | { readonly k: "block"; readonly body: Stmt }
  /** Fills storage from an initializer; `zero` clears what the list leaves out. */
  | {
      readonly k: "init";
      readonly p: Place;
      readonly size: number;
      readonly zero: boolean;
      readonly list: readonly Init[];
    }
  | { readonly k: "closure"; readonly fn: Fn; readonly arrow: boolean }
  | { readonly k: "class"; readonly def: ClassDef }
  | { readonly k: "object"; readonly props: readonly ObjectPart[] }
  | { readonly k: "array"; readonly items: readonly ArrayPart[] }
  | { readonly k: "concat"; readonly parts: readonly Expr[] }
  | { readonly k: "this" }
  /** `super` called or asked for a method. */
  | { readonly k: "super"; readonly member?: string }
  /** What an import statement or `require` brings in; name `*` for the module as a whole. */
  | { readonly k: "import"; readonly source: string; readonly name: string }
  | { readonly k: "await"; readonly e: Expr }
  | { readonly k: "yield"; readonly e: Expr; readonly all: boolean }
  | { readonly k: "rest"; readonly e: Expr; readonly from: number; readonly without: readonly string[] }
  | { readonly k: "unknown" };

export type ObjectPart =
  | { readonly k: "prop"; readonly key: Expr; readonly e: Expr }
  | { readonly k: "getter"; readonly key: Expr; readonly fn: Fn }
  | { readonly k: "spread"; readonly e: Expr };

export interface ArrayPart {
  readonly spread: boolean;
  readonly e: Expr;
}

export interface ClassDef {
  readonly name: string;
  readonly parent?: Expr;
  readonly construct?: Fn;
  /** Property initializers as one function run on each new object, after the parent's constructor. */
  readonly fields?: Fn;
  readonly methods: readonly {
    readonly key: string;
    readonly fn: Fn;
    readonly isStatic: boolean;
    readonly get: boolean;
  }[];
  readonly statics?: Fn;
}

export interface Case {
  /** Absent for `default`. */
  readonly value?: Expr;
  readonly body: readonly Stmt[];
}

export type Stmt =
  /** `at` is where memory it touches is said to be touched. */
  | { readonly k: "expr"; readonly e: Expr; readonly at?: Span }
  | { readonly k: "block"; readonly body: readonly Stmt[] }
  | { readonly k: "if"; readonly c: Expr; readonly a: Stmt; readonly b?: Stmt; readonly at: Span }
  | {
      readonly k: "loop";
      readonly init?: Stmt;
      readonly c?: Expr;
      readonly step?: Expr;
      readonly body: Stmt;
      readonly doWhile: boolean;
      readonly at: Span;
      readonly label?: string;
    }
  | {
      readonly k: "forof";
      readonly p: Stmt;
      readonly item: number;
      readonly e: Expr;
      readonly keys: boolean;
      readonly body: Stmt;
      readonly at: Span;
      readonly label?: string;
    }
  | { readonly k: "switch"; readonly e: Expr; readonly cases: readonly Case[]; readonly at: Span }
  | { readonly k: "return"; readonly e?: Expr }
  | { readonly k: "break"; readonly label?: string }
  | { readonly k: "continue"; readonly label?: string }
  | { readonly k: "goto"; readonly label: string }
  | { readonly k: "label"; readonly label: string; readonly body: Stmt }
  | { readonly k: "throw"; readonly e: Expr }
  | { readonly k: "try"; readonly body: Stmt; readonly slot?: number; readonly handler?: Stmt; readonly last?: Stmt }
  /** Storage of a variable begins; a new object for every execution. */
  | { readonly k: "decl"; readonly slot: number; readonly init?: Expr };

/** Storage for one variable of a function. */
export interface Slot {
  readonly name: string;
  readonly size: number;
  readonly align: number;
}

export interface Fn {
  readonly name: string;
  /** Path of the file the spans count in. */
  readonly file: string;
  /** Offset of the function in its unit's text; changes when text before it changes. */
  base: number;
  readonly slots: readonly Slot[];
  /** Slot of each parameter, with how the argument is stored. */
  readonly params: readonly { readonly slot: number; readonly acc: Access }[];
  /** Parameter that takes all remaining arguments as an array. */
  readonly restSlot?: number;
  readonly variadic: boolean;
  readonly body: Stmt;
  readonly at: Span;
  readonly isAsync?: boolean;
  readonly isGenerator?: boolean;
  readonly isStatic?: boolean;
  /** How a C function's result is understood. */
  readonly ret?: Access;
  /** Slot that holds the implicit object of a C++ member function. */
  readonly selfSlot?: number;
}

/** A variable with static storage. */
export interface Global {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly file: string;
  readonly isStatic: boolean;
  readonly isConst: boolean;
  /** False for `extern` without initializer. */
  readonly defined: boolean;
  readonly init?: Expr;
}

/** One translation unit or module. */
export interface Unit {
  readonly file: string;
  readonly functionNames: readonly string[];
  /** Code of a function of the unit, lowered on first use. */
  functionNamed(name: string): Fn | undefined;
  readonly globals: ReadonlyMap<string, Global>;
  /** True for files (headers) whose text is part of the unit. */
  includes(file: string): boolean;
  /** Offset in the lowered text of one of the unit's files to offsets in that file as it is on disk. */
  locate(file: string, offset: number): { readonly start: number; readonly end: number };
  /** Body of a JavaScript module, run before anything else of it. */
  readonly module?: Fn;
  /** Slots of the module's body by the name they are exported under. */
  readonly exports?: ReadonlyMap<string, number>;
}

/** A unit with what it was made from; its parse trees are kept for the next version of the file. */
export interface ParsedUnit extends Unit {
  /** Texts the unit depends on: the file and the headers of the workspace it includes. */
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  /** Source of a function of the unit. */
  textOf(name: string): string;
  dispose(): void;
}
