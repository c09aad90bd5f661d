import type { Node } from "web-tree-sitter";
import type { Init } from "../../ir/ir";
import { children } from "./context";
import type { ExprLowering } from "./exprLowering";
import { accessOf, type CType, findField, sizeOf } from "./types";

/** Flattens an initializer for an object of type `t` into stores at byte offsets. */
export function initList(lowering: ExprLowering, t: CType, node: Node): Init[] {
  const out: Init[] = [];
  fill(lowering, t, node, 0, out, 0);
  return out;
}

function fill(lowering: ExprLowering, t: CType, node: Node, off: number, out: Init[], depth: number): void {
  if (depth > 30 || out.length > 4096) return;
  if (node.type !== "initializer_list") {
    if (t.k === "array" && /string/.test(node.type)) {
      const s = lowering.lower(node).e;
      if (s.k === "cstr") {
        for (let i = 0; i < s.s.length && i < 256; i++) {
          out.push({ off: off + i, acc: { size: 1, kind: "int" }, e: { k: "const", v: s.s.charCodeAt(i) } });
        }
      }
      return;
    }
    out.push({ off, acc: accessOf(t), e: lowering.value(node).e });
    return;
  }
  const cursor = new Cursor(t, off);
  for (const item of children(node)) {
    if (item.type === "initializer_pair") {
      const value = item.childForFieldName("value");
      const place = cursor.designate(lowering, item.childrenForFieldName("designator"));
      if (value && place) fill(lowering, place.t, value, place.off, out, depth + 1);
      continue;
    }
    const place = cursor.next(item, lowering);
    if (place) fill(lowering, place.t, item, place.off, out, depth + 1);
  }
}

/** Walks the members of an aggregate in the order initializers fill them. */
class Cursor {
  private index = 0;
  /** Members of a nested aggregate whose braces were left out. */
  private inner: Cursor | undefined;

  constructor(
    private readonly t: CType,
    private readonly off: number,
  ) {}

  next(item: Node, lowering: ExprLowering): { t: CType; off: number } | undefined {
    if (this.inner) {
      const nested = this.inner.next(item, lowering);
      if (nested) return nested;
      this.inner = undefined;
    }
    const place = this.at(this.index);
    if (!place) return undefined;
    this.index++;
    if (
      isAggregate(place.t) &&
      item.type !== "initializer_list" &&
      !(place.t.k === "array" && /string/.test(item.type))
    ) {
      if (lowering.value(item).t.k === "struct") return place;
      this.inner = new Cursor(place.t, place.off);
      return this.inner.next(item, lowering);
    }
    return place;
  }

  private at(n: number): { t: CType; off: number } | undefined {
    const { t, off } = this;
    if (t.k === "array") return t.n > 0 && n >= t.n ? undefined : { t: t.of, off: off + n * sizeOf(t.of) };
    if (t.k === "struct") {
      const f = t.fields[n];
      return f && { t: f.type, off: off + f.off };
    }
    return n === 0 ? { t, off } : undefined;
  }

  designate(lowering: ExprLowering, designators: readonly (Node | null)[]): { t: CType; off: number } | undefined {
    let t = this.t;
    let off = this.off;
    this.inner = undefined;
    designators.forEach((d, level) => {
      if (!d) return;
      if (d.type === "field_designator" && t.k === "struct") {
        const name = d.text.replace(/^\.\s*/, "");
        const f = findField(t, name);
        if (level === 0) this.index = t.fields.findIndex((x) => x.name === name) + 1;
        if (f) {
          t = f.type;
          off += f.off;
        }
      } else if (d.type === "subscript_designator" && t.k === "array") {
        const n = lowering.constant(children(d)[0] ?? d) ?? 0;
        if (level === 0) this.index = n + 1;
        off += n * sizeOf(t.of);
        t = t.of;
      }
    });
    return { t, off };
  }
}

const isAggregate = (t: CType): boolean => t.k === "struct" || t.k === "array";

/** Number of elements an initializer gives to an array of unknown length. */
export function initLength(lowering: ExprLowering, node: Node): number {
  if (node.type !== "initializer_list") {
    const s = lowering.lower(node).e;
    return s.k === "cstr" ? s.s.length + 1 : 0;
  }
  let n = 0;
  let most = 0;
  for (const item of children(node)) {
    const d = item.type === "initializer_pair" ? item.childForFieldName("designator") : null;
    if (d?.type === "subscript_designator") n = lowering.constant(children(d)[0] ?? d) ?? n;
    most = Math.max(most, ++n);
  }
  return most;
}
