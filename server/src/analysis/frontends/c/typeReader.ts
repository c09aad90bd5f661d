import type { Node } from "web-tree-sitter";
import { attributesOf, children, type UnitNames } from "./context";
import {
  CHAR,
  type CType,
  INT,
  LONG,
  layOut,
  pointerTo,
  type StructType,
  sizeOf,
  UCHAR,
  UINT,
  ULONG,
  VOID,
  VOID_PTR,
} from "./types";

/** A declared name with its type. */
export interface Declared {
  readonly name: string;
  readonly type: CType;
  /** The function declarator when a function is declared. */
  readonly fn?: Node;
}

/** Reads types out of declarations. `constant` evaluates array sizes and enumerators, `typeOf` serves `typeof`. */
export class TypeReader {
  constructor(
    private readonly names: UnitNames,
    private readonly constant: (node: Node) => number | undefined,
    private readonly typeOf: (node: Node) => CType,
  ) {}

  /** Type named by the specifiers of a declaration, parameter, cast or field. */
  specifier(node: Node): CType {
    const type = node.childForFieldName("type");
    return type ? this.named(type) : INT;
  }

  /** Type of a `type_descriptor`: specifiers and an abstract declarator. */
  descriptor(node: Node): CType {
    const base = this.specifier(node);
    const declarator = node.childForFieldName("declarator");
    return declarator ? this.declarator(declarator, base).type : base;
  }

  named(type: Node): CType {
    switch (type.type) {
      case "primitive_type":
        return this.primitive(type.text);
      case "sized_type_specifier":
        return sized(type.text);
      case "type_identifier":
        return this.identifier(type.text);
      case "qualified_identifier":
        return this.named(type.childForFieldName("name") ?? type);
      case "dependent_type":
        return this.named(children(type)[0] ?? type);
      case "template_type":
        return this.template(type);
      case "struct_specifier":
      case "class_specifier":
        return this.struct(type, false);
      case "union_specifier":
        return this.struct(type, true);
      case "enum_specifier":
        this.enumeration(type);
        return INT;
      case "placeholder_type_specifier":
        return VOID;
      case "decltype":
      case "typeof":
        return this.typeOf(children(type)[0] ?? type);
      case "type_descriptor":
        return this.descriptor(type);
      case "macro_type_specifier": {
        const inner = type.childForFieldName("type");
        return inner ? this.descriptor(inner) : INT;
      }
      default:
        return INT;
    }
  }

  private primitive(text: string): CType {
    switch (text) {
      case "char":
        return CHAR;
      case "void":
        return VOID;
      case "float":
        return { k: "float", size: 4 };
      case "double":
        return { k: "float", size: 8 };
      case "bool":
        return UCHAR;
      case "int":
        return INT;
      default:
        return this.names.typedefs.get(text) ?? INT;
    }
  }

  private identifier(name: string): CType {
    const known = this.names.typedefs.get(name);
    if (known) return known;
    if (this.names.cpp) return this.names.structs.get(name) ?? INT;
    if (name === "unsigned") return UINT;
    return name.endsWith("_t") ? ULONG : INT;
  }

  private template(type: Node): CType {
    const name = type.childForFieldName("name")?.text ?? "";
    const [first, second] = type.childForFieldName("arguments")?.namedChildren ?? [];
    if (first && second && name === "array")
      return { k: "array", of: this.named(first), n: this.constant(second) ?? 0 };
    if (first && (name === "atomic" || name === "const")) return this.named(first);
    if (first && /^(unique_ptr|shared_ptr|span)$/.test(name)) return pointerTo(this.named(first));
    return this.names.structs.get(name) ?? { k: "struct", name, fields: [], size: 32, align: 8, bases: [] };
  }

  private struct(node: Node, union: boolean): CType {
    const name = node.childForFieldName("name")?.text ?? "";
    const body = node.childForFieldName("body");
    let struct = name ? this.names.structs.get(name) : undefined;
    if (body || !struct) {
      // A redefinition of a header's struct replaces it, as including an old header would.
      struct = { k: "struct", name, fields: [], size: 0, align: 1, bases: [] };
      const before = name ? this.names.structs.get(name) : undefined;
      if (before && before.size === 0) struct = before;
      if (name) this.names.structs.set(name, struct);
    }
    if (body) this.fillStruct(struct, node, body, union);
    return struct;
  }

  private fillStruct(struct: StructType, node: Node, body: Node, union: boolean): void {
    for (const c of children(node)) {
      if (c.type !== "base_class_clause") continue;
      for (const base of children(c)) {
        const known = this.names.structs.get(base.text.replace(/<.*$/, ""));
        if (known) struct.bases.push(known);
      }
    }
    const members: { name: string; type: CType; bits?: number }[] = [];
    for (const field of children(body)) {
      if (field.type !== "field_declaration") continue;
      if (children(field).some((c) => c.type === "storage_class_specifier" && c.text === "static")) continue;
      const base = this.specifier(field);
      const bitNode = children(field).find((c) => c.type === "bitfield_clause");
      const bits = bitNode ? this.constant(children(bitNode)[0] ?? bitNode) : undefined;
      const declarators = field.childrenForFieldName("declarator");
      if (declarators.length === 0 && base.k === "struct") members.push({ name: "", type: base });
      for (const d of declarators) {
        if (!d) continue;
        const one = this.declarator(d, base);
        if (one.type.k === "func") continue;
        members.push(bits === undefined ? one : { ...one, bits });
      }
    }
    layOut(struct, members, union, /\bpacked\b|__packed__/.test(attributesOf(this.names, node)));
  }

  private enumeration(node: Node): void {
    let next = 0;
    for (const item of children(node.childForFieldName("body") ?? node)) {
      if (item.type !== "enumerator") continue;
      const value = item.childForFieldName("value");
      next = (value ? this.constant(value) : undefined) ?? next;
      const name = item.childForFieldName("name")?.text;
      if (name) this.names.constants.set(name, next);
      next++;
    }
  }

  /** Applies a declarator to its base type. */
  declarator(node: Node, base: CType): Declared {
    switch (node.type) {
      case "pointer_declarator":
      case "abstract_pointer_declarator":
        return this.inner(node, pointerTo(base));
      case "reference_declarator":
      case "abstract_reference_declarator": {
        const inside = children(node)[0];
        const to: CType = { k: "ptr", to: base, reference: true };
        return inside ? this.declarator(inside, to) : { name: "", type: to };
      }
      case "array_declarator":
      case "abstract_array_declarator": {
        const size = node.childForFieldName("size");
        const n = size ? this.constant(size) : undefined;
        return this.inner(node, { k: "array", of: base, n: n ?? 0 });
      }
      case "function_declarator":
      case "abstract_function_declarator": {
        const variadic = node.childForFieldName("parameters")?.text.includes("...") ?? false;
        const inside = this.inner(node, { k: "func", ret: base, variadic });
        return inside.fn ? inside : { ...inside, fn: node };
      }
      case "parenthesized_declarator":
      case "abstract_parenthesized_declarator":
      case "attributed_declarator": {
        const inside = children(node).find((c) => c.type !== "ms_call_modifier" && c.type !== "attribute_declaration");
        return inside ? this.declarator(inside, base) : { name: "", type: base };
      }
      case "init_declarator":
        return this.inner(node, base);
      case "qualified_identifier":
        return { name: node.text.replace(/\s+/g, ""), type: base };
      default:
        return { name: node.text, type: base };
    }
  }

  private inner(node: Node, type: CType): Declared {
    const d = node.childForFieldName("declarator");
    return d ? this.declarator(d, type) : { name: "", type };
  }

  /** Every name a declaration introduces, with the initializer node if there is one. */
  declared(node: Node): (Declared & { readonly node: Node; readonly value?: Node })[] {
    const base = this.specifier(node);
    const out: (Declared & { node: Node; value?: Node })[] = [];
    for (const d of node.childrenForFieldName("declarator")) {
      if (!d) continue;
      const one = this.declarator(d, base);
      const value =
        d.type === "init_declarator" ? d.childForFieldName("value") : node.childForFieldName("default_value");
      out.push(value ? { ...one, node: d, value } : { ...one, node: d });
    }
    return out;
  }

  /** Bytes of a type named in source, 8 when it makes no sense. */
  size(type: CType): number {
    return sizeOf(type) || 8;
  }
}

function sized(text: string): CType {
  const words = text.split(/\s+/);
  const unsigned = words.includes("unsigned");
  if (words.includes("char")) return unsigned ? UCHAR : CHAR;
  if (words.includes("short")) return { k: "int", size: 2, signed: !unsigned };
  if (words.includes("double")) return { k: "float", size: 8 };
  if (words.includes("long")) return unsigned ? ULONG : LONG;
  return unsigned ? UINT : INT;
}

export { VOID_PTR };
