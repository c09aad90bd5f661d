import type { Node, Tree } from "web-tree-sitter";
import { headerDefines } from "../../domain/constants";
import type { Fn, Global, ParsedUnit, Unit } from "../../ir/ir";
import type { Grammars } from "../grammar";
import { children, emptyNames, type UnitNames } from "./context";
import { ExprLowering } from "./exprLowering";
import { type FnSource, lowerFunction } from "./fnLowering";
import { initLength } from "./initLowering";
import { macrosOf, type Preprocessed, preprocess } from "./preprocess";
import { declaredAlign, Scope } from "./scope";
import { alignOf, type StructType, sizeOf } from "./types";

export interface CSources {
  /** Macros of the compiler's command line, `NAME` or `NAME=VALUE`. */
  readonly defines?: readonly string[];
  /** Text of a workspace header named by an `#include`, or undefined. */
  readonly open: (name: string, from: string) => { readonly file: string; readonly text: string } | undefined;
}

interface PartTree {
  readonly text: string;
  readonly tree: Tree;
}

/** A lowered C file; `trees` are reused when the file is lowered again after an edit. */
export interface CUnit extends ParsedUnit {
  readonly trees: Map<string, PartTree>;
}

/** Parses a C or C++ file with its workspace headers; functions are lowered when they are first asked for. */
export function lowerC(file: string, text: string, sources: CSources, grammars: Grammars, before?: ParsedUnit): CUnit {
  const cpp = /\.(?:cc|cpp|cxx|c\+\+|hh|hpp|hxx|ipp|tcc)$/i.test(file);
  const read = new Map([[file, text]]);
  const open = (name: string, from: string) => {
    const found = sources.open(name, from);
    if (found) read.set(found.file, found.text);
    return found;
  };
  const main = preprocess(file, text, { open, isDefined: headerDefines }, macrosOf(sources.defines));
  const names = emptyNames(cpp);
  const old = before && "trees" in before ? (before as CUnit).trees : new Map<string, PartTree>();
  const trees = new Map<string, PartTree>();
  const reader = new UnitReader(names);
  for (const part of [...main.includes, main]) {
    const tree = grammars.parse(cpp ? "cpp" : "c", part.text, old.get(part.file));
    trees.set(part.file, { text: part.text, tree });
    reader.read(tree.rootNode, part);
  }
  for (const t of old.values()) t.tree.delete();
  old.clear();
  return {
    ...reader.unit(file),
    sources: [...read].map(([f, t]) => ({ file: f, text: t })),
    trees,
    textOf: (name) => reader.textOf(name),
    dispose: () => {
      for (const t of trees.values()) t.tree.delete();
      trees.clear();
    },
  };
}

interface Found extends FnSource {
  readonly part: Preprocessed;
}

/** Reads top-level declarations of the parts of one translation unit. */
class UnitReader {
  private readonly functions = new Map<string, Found>();
  private readonly lowered = new Map<string, Fn>();
  private readonly globals = new Map<string, Global>();
  private readonly parts = new Map<string, Preprocessed>();

  constructor(private readonly names: UnitNames) {}

  unit(file: string): Unit {
    return {
      file,
      functionNames: [...this.functions.keys()],
      functionNamed: (name) => this.lower(name),
      globals: this.globals,
      includes: (part) => this.parts.has(part),
      locate: (part, offset) => this.parts.get(part)?.locate(offset) ?? { start: 0, end: 0 },
    };
  }

  textOf(name: string): string {
    return this.functions.get(name)?.node.text ?? "";
  }

  private lower(name: string): Fn | undefined {
    const done = this.lowered.get(name);
    if (done) return done;
    const found = this.functions.get(name);
    if (!found) return undefined;
    this.names.attributes = found.part.attributes;
    const fn = lowerFunction(found, found.part.file, this.names, (g) => this.globals.set(g.name, g));
    this.lowered.set(name, fn);
    return fn;
  }

  read(root: Node, part: Preprocessed): void {
    this.parts.set(part.file, part);
    this.names.attributes = part.attributes;
    this.items(children(root), part);
  }

  private items(nodes: readonly Node[], part: Preprocessed, self?: StructType): void {
    for (const node of nodes) this.item(node, part, self);
  }

  private item(node: Node, part: Preprocessed, self?: StructType): void {
    switch (node.type) {
      case "function_definition":
        this.definition(node, part, self);
        return;
      case "declaration":
      case "field_declaration":
        this.declaration(node, part, self);
        return;
      case "type_definition": {
        const expr = this.topLevel(part, node);
        const base = expr.types.specifier(node);
        for (const d of node.childrenForFieldName("declarator")) {
          if (!d) continue;
          const one = expr.types.declarator(d, base);
          this.names.typedefs.set(one.name, one.type);
        }
        return;
      }
      case "alias_declaration": {
        const type = node.childForFieldName("type");
        const name = node.childForFieldName("name")?.text;
        if (type && name) this.names.typedefs.set(name, this.topLevel(part, node).types.named(type));
        return;
      }
      case "struct_specifier":
      case "union_specifier":
      case "enum_specifier":
      case "class_specifier":
        this.topLevel(part, node).types.named(node);
        this.classBody(node, part);
        return;
      case "namespace_definition":
      case "linkage_specification": {
        const body = node.childForFieldName("body");
        if (body) this.items(body.type === "declaration_list" ? children(body) : [body], part, self);
        return;
      }
      case "template_declaration":
      case "preproc_if":
      case "preproc_ifdef":
      case "preproc_else":
      case "declaration_list":
      case "ERROR":
        this.items(children(node), part, self);
        return;
      default:
        return;
    }
  }

  private topLevel(part: Preprocessed, node: Node): ExprLowering {
    return new ExprLowering(new Scope(this.names, part.file, "", node.startIndex, (g) => this.globals.set(g.name, g)));
  }

  private classBody(node: Node, part: Preprocessed): void {
    const body = node.childForFieldName("body");
    const struct = this.names.structs.get(node.childForFieldName("name")?.text ?? "");
    if (this.names.cpp && body && struct) this.items(children(body), part, struct);
  }

  private definition(node: Node, part: Preprocessed, self: StructType | undefined): void {
    const declarator = node.childForFieldName("declarator");
    // `= delete` and `= default` give no body; neither hides the constructor that somebody wrote.
    if (!declarator || children(node).some((c) => /^(?:delete|default)_method_clause$/.test(c.type))) return;
    const expr = this.topLevel(part, node);
    const one = expr.types.declarator(declarator, expr.types.specifier(node));
    if (!one.fn || one.type.k !== "func") return;
    const owner = self ?? this.ownerOf(one.name);
    const plain = one.name.replace(/^.*::/, "");
    const name = owner ? `${owner.name}::${plain}` : plain;
    if (owner) this.method(owner.name, plain);
    this.names.functions.set(name, one.type.ret);
    this.parameters(name, one.fn);
    this.functions.set(name, {
      name,
      node,
      ret: one.type.ret,
      declarator: one.fn,
      isStatic: children(node).some((c) => c.type === "storage_class_specifier" && c.text === "static"),
      part,
      ...(owner ? { self: owner } : {}),
    });
    this.lowered.delete(name);
  }

  /** What C++ calls have to know of a function's parameters. */
  private parameters(name: string, declarator: Node): void {
    if (!this.names.cpp) return;
    const list = children(declarator.childForFieldName("parameters") ?? declarator);
    const flags = list.map((p) => p.childForFieldName("declarator")?.type === "reference_declarator");
    if (flags.includes(true)) this.names.references.set(name, flags);
    const defaults = new Map<number, Node>();
    list.forEach((p, i) => {
      const value = p.childForFieldName("default_value");
      if (value) defaults.set(i, value);
    });
    if (defaults.size > 0) this.names.defaultArguments.set(name, defaults);
  }

  private ownerOf(name: string): StructType | undefined {
    const cls = /(\w+)::~?\w+$/.exec(name)?.[1];
    return cls ? this.names.structs.get(cls) : undefined;
  }

  private method(cls: string, name: string): void {
    const known = this.names.methods.get(cls) ?? new Set<string>();
    known.add(name);
    this.names.methods.set(cls, known);
  }

  private declaration(node: Node, part: Preprocessed, self: StructType | undefined): void {
    const expr = this.topLevel(part, node);
    const storage = children(node)
      .filter((c) => c.type === "storage_class_specifier")
      .map((c) => c.text);
    const inner = node.childForFieldName("type");
    if (inner && /class_specifier|struct_specifier/.test(inner.type)) this.classBody(inner, part);
    const align = declaredAlign(this.names, node);
    for (const one of expr.types.declared(node)) {
      if (one.fn && one.type.k === "func") {
        const name = self ? `${self.name}::${one.name}` : one.name;
        if (self) this.method(self.name, one.name);
        this.names.functions.set(name, one.type.ret);
        this.parameters(name, one.fn);
        continue;
      }
      if (self && one.value && !storage.includes("static")) {
        const known = this.names.memberDefaults.get(self.name) ?? [];
        this.names.memberDefaults.set(self.name, [...known, { name: one.name, value: one.value }]);
      }
      if ((self && !storage.includes("static")) || one.name === "") continue;
      const plain = one.name.replace(/^.*::/, "");
      const type =
        one.type.k === "array" && one.type.n === 0 && one.value
          ? { ...one.type, n: initLength(expr, one.value) }
          : one.type;
      this.names.globals.set(plain, type);
      const defined = !storage.includes("extern") || one.value !== undefined;
      if (!defined && this.globals.has(plain)) continue;
      const init = one.value && expr.initialize({ k: "global", name: plain }, type, one.value).e;
      const before = this.globals.get(plain);
      if (before?.init && !init) continue;
      this.globals.set(plain, {
        name: plain,
        size: Math.max(1, sizeOf(type)),
        align: Math.max(align ?? 1, alignOf(type)),
        file: part.file,
        isStatic: storage.includes("static"),
        isConst: children(node).some((c) => c.type === "type_qualifier" && c.text === "const"),
        defined,
        ...(init ? { init } : {}),
      });
    }
  }
}
