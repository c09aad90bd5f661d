import type { Access } from "../../ir/ir";

/** C types with x86-64 layout, as far as sizes, offsets and access widths need them. */
export type CType =
  | { readonly k: "int"; readonly size: number; readonly signed: boolean }
  | { readonly k: "float"; readonly size: number }
  | { readonly k: "void" }
  | { readonly k: "ptr"; readonly to: CType; readonly reference?: boolean }
  | { readonly k: "array"; readonly of: CType; readonly n: number }
  | { readonly k: "func"; readonly ret: CType; readonly variadic: boolean }
  | StructType;

export interface Field {
  readonly name: string;
  readonly type: CType;
  readonly off: number;
}

/** A struct, union or class. Filled in when its body is seen; size 0 until then. */
export interface StructType {
  readonly k: "struct";
  readonly name: string;
  fields: Field[];
  size: number;
  align: number;
  /** Bases of a C++ class, innermost first. */
  bases: StructType[];
}

export const INT: CType = { k: "int", size: 4, signed: true };
export const UINT: CType = { k: "int", size: 4, signed: false };
export const LONG: CType = { k: "int", size: 8, signed: true };
export const ULONG: CType = { k: "int", size: 8, signed: false };
export const CHAR: CType = { k: "int", size: 1, signed: true };
export const UCHAR: CType = { k: "int", size: 1, signed: false };
export const VOID: CType = { k: "void" };
export const VOID_PTR: CType = { k: "ptr", to: VOID };

export function pointerTo(to: CType): CType {
  return { k: "ptr", to };
}

/** Bytes the type takes; 1 for void and functions, as GNU C counts them in pointer arithmetic. */
export function sizeOf(t: CType): number {
  switch (t.k) {
    case "int":
    case "float":
      return t.size;
    case "ptr":
      return 8;
    case "array":
      return t.n * sizeOf(t.of);
    case "struct":
      return t.size;
    default:
      return 1;
  }
}

export function alignOf(t: CType): number {
  if (t.k === "array") return alignOf(t.of);
  if (t.k === "struct") return t.align;
  return Math.max(1, Math.min(16, sizeOf(t)));
}

/** How a value of the type is read and written. */
export function accessOf(t: CType): Access {
  switch (t.k) {
    case "int":
      return { size: t.size, kind: t.signed ? "int" : "uint" };
    case "float":
      return { size: t.size, kind: "float" };
    case "array":
    case "struct":
      return { size: sizeOf(t), kind: "agg" };
    case "void":
      return { size: 8, kind: "any" };
    default:
      return { size: 8, kind: "ptr" };
  }
}

/** Lays fields out one after the other (or on top of each other for a union) and sets size and alignment. */
export function layOut(
  struct: StructType,
  members: readonly { readonly name: string; readonly type: CType; readonly bits?: number }[],
  union: boolean,
  packed: boolean,
): void {
  let at = 0;
  let size = 0;
  let align = 1;
  const fields: Field[] = [];
  let bitsLeft = 0;
  for (const base of struct.bases) {
    for (const f of base.fields) fields.push({ ...f, off: f.off + at });
    at += base.size;
    align = Math.max(align, base.align);
    size = at;
  }
  for (const m of members) {
    const a = packed ? 1 : alignOf(m.type);
    align = Math.max(align, a);
    if (union) at = 0;
    if (m.bits !== undefined && bitsLeft >= m.bits && m.bits > 0) {
      // Bit-fields that share a unit are kept apart here: nobody looks at their bits, only at the size of the whole.
      bitsLeft -= m.bits;
      fields.push({ name: m.name, type: m.type, off: at - sizeOf(m.type) });
      continue;
    }
    at = Math.ceil(at / a) * a;
    bitsLeft = m.bits !== undefined ? sizeOf(m.type) * 8 - m.bits : 0;
    fields.push({ name: m.name, type: m.type, off: at });
    at += sizeOf(m.type);
    size = Math.max(size, at);
  }
  struct.fields = fields;
  struct.align = align;
  struct.size = Math.ceil(size / align) * align;
}

/** Finds a member, looking into anonymous structs and unions. */
export function findField(t: StructType, name: string, depth = 0): Field | undefined {
  for (const f of t.fields) {
    if (f.name === name) return f;
    if (f.name === "" && f.type.k === "struct" && depth < 8) {
      const inner = findField(f.type, name, depth + 1);
      if (inner) return { ...inner, off: inner.off + f.off };
    }
  }
  return undefined;
}

/** Usual arithmetic conversion of two operands, coarsely. */
export function commonType(a: CType, b: CType): CType {
  if (a.k === "float" || b.k === "float") return { k: "float", size: 8 };
  if (a.k === "ptr" || a.k === "array") return a;
  if (b.k === "ptr" || b.k === "array") return b;
  if (a.k !== "int" || b.k !== "int") return LONG;
  const size = Math.max(4, a.size, b.size);
  const signed = !((a.size === size && !a.signed) || (b.size === size && !b.signed));
  return { k: "int", size, signed };
}
