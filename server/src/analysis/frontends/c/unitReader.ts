import type { Node, Tree } from "web-tree-sitter";
import type { Fn, Global, Unit } from "../../ir/ir";
import { children, type UnitNames } from "./context";
import { ExprLowering } from "./exprLowering";
import { type FnSource, lowerFunction } from "./fnLowering";
import { initLength } from "./initLowering";
import type { Preprocessed } from "./preprocess";
import { declaredAlign, Scope } from "./scope";
import { alignOf, type StructType, sizeOf } from "./types";

/** One replacement in the text of a part. */
export interface Change {
  readonly startIndex: number;
  readonly oldEndIndex: number;
  readonly newEndIndex: number;
}

/** A function definition by its offsets in its part; the nodes are looked up again when the part was parsed again. */
interface Found extends Omit<FnSource, "node" | "declarator"> {
  readonly part: Preprocessed;
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly nodes?: { readonly node: Node; readonly declarator: Node };
}

/** Reads top-level declarations of the parts of one translation unit. */
export class UnitReader {
  private readonly functions = new Map<string, Found>();
  private readonly lowered = new Map<string, Fn>();
  private globals = new Map<string, Global>();
  private readonly parts = new Map<string, Preprocessed>();

  constructor(
    private readonly names: UnitNames,
    private readonly parse: (text: string) => Tree,
  ) {}

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
    const f = this.functions.get(name);
    return f ? f.part.text.slice(f.start, f.end) : "";
  }

  /** Text of a part as it was read last. */
  partText(file: string): string | undefined {
    return this.parts.get(file)?.text;
  }

  /**
   * The same unit after an edit that left everything but the body of one function as it was; undefined when it did
   * more. Other functions only move, and what the top level declares stays. Only the edited function is parsed:
   * even an incremental parse reads most functions of a C file again, as the grammar is ambiguous in them.
   */
  movedOn(part: Preprocessed, edit: Change): UnitReader | undefined {
    const by = edit.newEndIndex - edit.oldEndIndex;
    const inside = (f: Found): boolean => f.bodyStart < edit.startIndex && edit.oldEndIndex < f.bodyEnd;
    const changed = [...this.functions.values()].find((f) => f.part.file === part.file && inside(f));
    if (!changed) return undefined;
    const after = (at: number): number => (at >= edit.oldEndIndex ? at + by : at);
    const move = (f: Found): Found => {
      const { nodes: _, ...rest } = f;
      const at = { start: after(f.start), end: after(f.end), bodyStart: after(f.bodyStart), bodyEnd: after(f.bodyEnd) };
      return { ...rest, ...at, part };
    };
    if (!this.standsAlone(move(changed))) return undefined;
    const next = new UnitReader(this.names, this.parse);
    next.globals = this.globals;
    for (const [file, p] of this.parts) next.parts.set(file, file === part.file ? part : p);
    for (const [name, f] of this.functions) {
      const own = f.part.file === part.file;
      next.functions.set(name, own ? move(f) : f);
      const fn = this.lowered.get(name);
      if (fn && f !== changed) next.lowered.set(name, own ? { ...fn, base: after(fn.base) } : fn);
    }
    return next;
  }

  /** The text at a definition's place is one whole definition with its body in the same place. */
  private standsAlone(f: Found): boolean {
    return (
      this.parsed(f, (node) => {
        const body = node.childForFieldName("body");
        const close = body?.lastChild;
        const at = {
          end: f.start + node.endIndex,
          body: [body?.startIndex, body?.endIndex].map((i) => f.start + (i ?? 0)),
        };
        const inPlace = at.end === f.end && at.body[0] === f.bodyStart && at.body[1] === f.bodyEnd;
        return inPlace && close?.type === "}" && !close.isMissing;
      }) ?? false
    );
  }

  /** Parses the text of one definition, whose offsets then count from its start, for as long as `use` runs. */
  private parsed<T>(f: Found, use: (node: Node) => T): T | undefined {
    const tree = this.parse(f.part.text.slice(f.start, f.end));
    try {
      const node = definitionAt(tree.rootNode, 0);
      return node && use(node);
    } finally {
      tree.delete();
    }
  }

  private lower(name: string): Fn | undefined {
    const done = this.lowered.get(name);
    if (done) return done;
    const found = this.functions.get(name);
    if (!found) return undefined;
    this.names.attributes = found.part.attributes;
    const { nodes } = found;
    const fn = nodes ? this.lowerNodes(found, nodes) : this.parsed(found, (node) => this.lowerAgain(found, node));
    if (fn) this.lowered.set(name, fn);
    return fn;
  }

  private lowerNodes(found: Found, nodes: NonNullable<Found["nodes"]>): Fn {
    return lowerFunction({ ...found, ...nodes }, found.part.file, this.names, (g) => this.globals.set(g.name, g));
  }

  /** Lowers a definition whose nodes are gone. */
  private lowerAgain(found: Found, node: Node): Fn | undefined {
    const declarator = node.childForFieldName("declarator");
    if (!declarator) return undefined;
    this.names.attributes = found.part.attributes.map((a) => ({ ...a, at: a.at - found.start }));
    const expr = this.topLevel(found.part, node);
    const { fn } = expr.types.declarator(declarator, expr.types.specifier(node));
    const made = fn && this.lowerNodes(found, { node, declarator: fn });
    return made && { ...made, base: found.start };
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
    const body = node.childForFieldName("body");
    this.functions.set(name, {
      name,
      nodes: { node, declarator: one.fn },
      start: node.startIndex,
      end: node.endIndex,
      bodyStart: body?.startIndex ?? node.endIndex,
      bodyEnd: body?.endIndex ?? node.endIndex,
      ret: one.type.ret,
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

/** The function definition that starts at an offset. */
function definitionAt(root: Node, start: number): Node | undefined {
  for (let n = root.descendantForIndex(start, start); n && n.startIndex === start; n = n.parent)
    if (n.type === "function_definition") return n;
  return undefined;
}
