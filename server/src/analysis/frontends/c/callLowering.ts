import type { Node } from "web-tree-sitter";
import { children, type Typed, UNKNOWN } from "./context";
import type { ExprLowering } from "./exprLowering";
import { constant } from "./fold";
import { type CType, findField, INT, sizeOf, ULONG } from "./types";

/** Calls, and what looks like calls: casts with a bare type name, ioctl numbers, `sizeof`, `offsetof`. */
export class CallLowering {
  constructor(private readonly of: ExprLowering) {}

  call(node: Node): Typed {
    const fnNode = this.of.need(node, "function");
    const argNodes = children(node.childForFieldName("arguments") ?? node);
    const casts = this.castChain(fnNode);
    if (casts && argNodes.length > 0) {
      const values = argNodes.map((a) => this.of.value(a));
      return casts.reduceRight((v, t) => this.of.cast(t, v), values.at(-1) ?? UNKNOWN);
    }
    const special = this.of.scope.names.cpp ? this.of.cpp.call(node, fnNode, argNodes) : undefined;
    if (special) return special;
    if (fnNode.type === "identifier" && /^_IO(?:WR?|R)?$/.test(fnNode.text))
      return this.ioctlNumber(fnNode.text, argNodes);
    if (fnNode.type === "identifier" && fnNode.text === "_IOC") return this.encoded(argNodes);
    if (fnNode.type === "identifier" && /^U?INT(?:8|16|32|64|MAX)_C$/.test(fnNode.text) && argNodes[0])
      return this.of.value(argNodes[0]);
    if (fnNode.type === "identifier" && fnNode.text === "__builtin_expect" && argNodes[0])
      return this.of.value(argNodes[0]);
    const f = this.of.decay(this.of.lower(fnNode));
    const named = f.e.k === "fn" ? f.e.name : "";
    const args = this.of.scope.names.cpp
      ? this.of.cpp.arguments(named, argNodes)
      : argNodes.map((a) => this.of.value(a).e);
    return { e: { k: "call", f: f.e, args, at: this.of.scope.at(node) }, t: this.result(f.t) };
  }

  /** `(type)` before something: the grammar takes `(name)(x)` for a call and `(name) - x` for a subtraction. */
  parenthesizedType(node: Node): CType | undefined {
    const inner = node.type === "parenthesized_expression" ? children(node)[0] : undefined;
    if (inner?.type !== "identifier" || this.of.scope.lookup(inner.text)) return undefined;
    return this.of.scope.names.typedefs.get(inner.text);
  }

  /** Types of `(a)(b)(x)` where `a` and `b` are types: the grammar takes it for calls of calls. */
  private castChain(node: Node): CType[] | undefined {
    const first = this.parenthesizedType(node);
    if (first) return [first];
    if (node.type !== "call_expression") return undefined;
    const before = this.castChain(this.of.need(node, "function"));
    const args = children(node.childForFieldName("arguments") ?? node);
    const name = args.length === 1 && args[0]?.type === "identifier" ? args[0].text : undefined;
    const last = name !== undefined && !this.of.scope.lookup(name) ? this.of.scope.names.typedefs.get(name) : undefined;
    return before && last ? [...before, last] : undefined;
  }

  result(t: CType): CType {
    if (t.k === "func") return t.ret;
    if (t.k === "ptr" && t.to.k === "func") return t.to.ret;
    return INT;
  }

  private ioctlNumber(macro: string, args: readonly Node[]): Typed {
    const [type, nr, ...last] = args;
    const t = type && this.of.constant(type);
    const n = nr && this.of.constant(nr);
    // `struct name` is no expression: the grammar gives an error for the keyword and then the name.
    const size = last.length > 0 ? this.typeSize(last.map((a) => a.text).join(" "), last[0]) : 0;
    if (t === undefined || n === undefined || size === undefined) return UNKNOWN;
    const direction = macro === "_IOWR" ? 3 : macro === "_IOR" ? 2 : macro === "_IOW" ? 1 : 0;
    return constant(direction * 2 ** 30 + size * 2 ** 16 + t * 256 + n, ULONG);
  }

  /** `_IOC(direction, type, number, size)`. */
  private encoded(args: readonly Node[]): Typed {
    const [direction, type, nr, size] = args.map((a) => this.of.constant(a));
    if (direction === undefined || type === undefined || nr === undefined || size === undefined) return UNKNOWN;
    return constant(direction * 2 ** 30 + size * 2 ** 16 + type * 256 + nr, ULONG);
  }

  /** Size of something that is a type but was parsed where an expression is expected. */
  private typeSize(text: string, node: Node | undefined): number | undefined {
    const m = /^(?:(?:const|volatile)\s+)*(struct|union)?\s*(\w+)\s*(\*)?$/.exec(text);
    if (node?.type === "type_descriptor") return sizeOf(this.of.types.descriptor(node));
    if (m?.[3]) return 8;
    const name = m?.[2] ?? "";
    const t = m?.[1]
      ? this.of.scope.names.structs.get(name)
      : (this.of.scope.names.typedefs.get(name) ?? this.of.scope.names.structs.get(name));
    return t && sizeOf(t);
  }

  sizeOf(node: Node): number {
    const type = node.childForFieldName("type");
    if (type) return this.of.types.size(this.of.types.descriptor(type));
    const value = node.childForFieldName("value");
    if (!value) return 8;
    const inner = value.type === "parenthesized_expression" ? children(value)[0] : value;
    // `sizeof(name)` of a type parses as an expression when the grammar cannot know it is a type.
    if (inner?.type === "identifier" && !this.of.scope.lookup(inner.text)) {
      const t = this.of.scope.names.typedefs.get(inner.text) ?? this.of.scope.names.structs.get(inner.text);
      if (t) return sizeOf(t);
    }
    if (inner && (inner.type === "string_literal" || inner.type === "concatenated_string")) {
      const s = this.of.lower(inner).e;
      return s.k === "cstr" ? s.s.length + 1 : 8;
    }
    const t = this.of.lower(value).t;
    return sizeOf(t.k === "ptr" && t.reference ? t.to : t);
  }

  offsetOf(node: Node): Typed {
    const t = this.of.types.descriptor(this.of.need(node, "type"));
    const name = node.childForFieldName("member")?.text ?? "";
    const f = t.k === "struct" ? findField(t, name) : undefined;
    return f ? constant(f.off, ULONG) : UNKNOWN;
  }
}
