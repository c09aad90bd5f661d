import type { Node } from "web-tree-sitter";
import { headerConstant } from "../../domain/constants";
import { arithmetic, narrow } from "../../ir/arith";
import type { BinaryOp, Expr, Place } from "../../ir/ir";
import { children, type Typed, UNKNOWN } from "./context";
import { CppLowering } from "./cppLowering";
import { initList } from "./initLowering";
import { integerLiteral, stringText } from "./literals";
import type { Scope } from "./scope";
import { TypeReader } from "./typeReader";
import {
  accessOf,
  CHAR,
  type CType,
  commonType,
  findField,
  INT,
  LONG,
  pointerTo,
  type StructType,
  sizeOf,
  ULONG,
} from "./types";

const MAX_DEPTH = 400;

/** Lowers C and C++ expressions, with just enough types for sizes, member offsets and pointer arithmetic. */
export class ExprLowering {
  readonly types: TypeReader;
  readonly cpp: CppLowering;
  private depth = 0;
  /** Lowers a statement expression; set by the function lowering. */
  blockOf: (node: Node) => Typed = () => UNKNOWN;

  constructor(readonly scope: Scope) {
    this.types = new TypeReader(
      scope.names,
      (n) => this.constant(n),
      (n) => this.lower(n).t,
    );
    this.cpp = new CppLowering(this);
  }

  constant(node: Node): number | undefined {
    const { e } = this.lower(node);
    return e.k === "const" && typeof e.v === "number" ? e.v : undefined;
  }

  /** Value of an expression: arrays decay to pointers. */
  value(node: Node): Typed {
    return this.decay(this.lower(node));
  }

  decay(t: Typed): Typed {
    if (t.p && t.t.k === "array") return { e: { k: "addr", p: t.p }, t: pointerTo(t.t.of) };
    if (t.p && t.t.k === "ptr" && t.t.reference) return this.deref(t, t.t.to);
    return t;
  }

  lower(node: Node): Typed {
    if (this.depth >= MAX_DEPTH) return UNKNOWN;
    this.depth++;
    try {
      return this.dispatch(node);
    } finally {
      this.depth--;
    }
  }

  private dispatch(node: Node): Typed {
    switch (node.type) {
      case "identifier":
      case "field_identifier":
      case "qualified_identifier":
      case "namespace_identifier":
        return this.name(node.text.replace(/^.*::/, ""), node);
      case "number_literal":
        return integerLiteral(node.text);
      case "char_literal":
        return { e: { k: "const", v: stringText(node.text).charCodeAt(0) || 0 }, t: INT };
      case "string_literal":
      case "raw_string_literal":
        return { e: { k: "cstr", s: stringText(node.text) }, t: pointerTo(CHAR) };
      case "concatenated_string":
        return {
          e: {
            k: "cstr",
            s: children(node)
              .map((c) => stringText(c.text))
              .join(""),
          },
          t: pointerTo(CHAR),
        };
      case "true":
        return constant(1);
      case "false":
      case "null":
      case "nullptr":
        return constant(0);
      case "parenthesized_expression":
        return this.parenthesized(node);
      case "comma_expression":
        return this.comma(node);
      case "assignment_expression":
        return this.assignment(node);
      case "update_expression":
        return this.update(node);
      case "binary_expression":
        return this.binary(node);
      case "unary_expression":
        return this.unary(node);
      case "pointer_expression":
        return this.pointer(node);
      case "field_expression":
        return this.field(node);
      case "subscript_expression":
        return this.subscript(node);
      case "call_expression":
        return this.call(node);
      case "cast_expression":
        return this.cast(this.types.descriptor(this.need(node, "type")), this.value(this.need(node, "value")));
      case "conditional_expression":
        return this.conditional(node);
      case "sizeof_expression":
        return constant(this.sizeOf(node), ULONG);
      case "alignof_expression":
        return constant(8, ULONG);
      case "offsetof_expression":
        return this.offsetOf(node);
      case "compound_literal_expression":
        return this.compound(node);
      case "compound_statement":
        return this.blockOf(node);
      case "extension_expression":
        return this.lower(children(node)[0] ?? node);
      case "generic_expression":
        return UNKNOWN;
      default:
        return this.scope.names.cpp ? this.cpp.lower(node) : UNKNOWN;
    }
  }

  need(node: Node, field: string): Node {
    return node.childForFieldName(field) ?? children(node)[0] ?? node;
  }

  private parenthesized(node: Node): Typed {
    const inner = children(node)[0];
    if (!inner) return UNKNOWN;
    return this.lower(inner);
  }

  private comma(node: Node): Typed {
    const a = this.value(this.need(node, "left"));
    const right = node.childForFieldName("right");
    const b = right ? this.value(right) : UNKNOWN;
    return { e: { k: "seq", list: [a.e, b.e] }, t: b.t };
  }

  private name(name: string, node: Node): Typed {
    const found = this.scope.lookup(name);
    if (found) {
      const p: Place = found.k === "slot" ? { k: "local", slot: found.slot } : { k: "global", name: found.name };
      const typed = this.read(p, found.type);
      return found.type.k === "ptr" && found.type.reference ? this.deref(typed, found.type.to) : typed;
    }
    const member = this.cpp.implicitMember(name);
    if (member) return member;
    const own = this.scope.names.constants.get(name);
    if (own !== undefined) return constant(own);
    const header = headerConstant(name);
    if (header !== undefined) return constant(header, header > 0x7fffffff ? ULONG : INT);
    if (name === "__func__" || name === "__FUNCTION__" || name === "__FILE__") {
      return { e: { k: "cstr", s: this.scope.fnName }, t: pointerTo(CHAR) };
    }
    if (name === "__LINE__") return constant(node.startPosition.row + 1);
    const ret = this.scope.names.functions.get(name) ?? INT;
    return { e: { k: "fn", name }, t: { k: "func", ret, variadic: false } };
  }

  /** The content of a place. */
  read(p: Place, t: CType): Typed {
    return { e: { k: "load", p, acc: accessOf(t) }, t, p };
  }

  deref(pointer: Typed, to: CType): Typed {
    return this.read({ k: "deref", e: pointer.e }, to);
  }

  private assignment(node: Node): Typed {
    const left = this.lower(this.need(node, "left"));
    const operator = node.childForFieldName("operator")?.text ?? "=";
    const rightNode = node.childForFieldName("right");
    if (!rightNode) return UNKNOWN;
    if (rightNode.type === "initializer_list" && left.p) return this.initialize(left.p, left.t, rightNode);
    const right = this.value(rightNode);
    if (!left.p) return { e: { k: "seq", list: [left.e, right.e] }, t: right.t };
    const acc = accessOf(left.t);
    if (operator === "=") return { e: { k: "assign", p: left.p, acc, e: this.toBool(left.t, right).e }, t: left.t };
    return this.updated(left, left.p, operator.slice(0, -1), right, false);
  }

  private toBool(_to: CType, value: Typed): Typed {
    return value;
  }

  private update(node: Node): Typed {
    const target = this.lower(this.need(node, "argument"));
    if (!target.p) return UNKNOWN;
    const op = node.childForFieldName("operator")?.text === "--" ? "-" : "+";
    const post = node.firstChild?.type !== "++" && node.firstChild?.type !== "--";
    return this.updated(target, target.p, op, constant(1), post);
  }

  private updated(target: Typed, p: Place, op: string, by: Typed, post: boolean): Typed {
    const scale = target.t.k === "ptr" && (op === "+" || op === "-") ? sizeOf(target.t.to) : 1;
    const e = scale === 1 ? by.e : fold("*", by.e, num(scale));
    const integral = target.t.k !== "float" && by.t.k !== "float";
    return { e: { k: "update", p, acc: accessOf(target.t), op: binaryOp(op, integral), e, post }, t: target.t };
  }

  private binary(node: Node): Typed {
    const castTo = this.parenthesizedType(this.need(node, "left"));
    if (castTo) return this.misreadCast(node, castTo);
    const left = this.value(this.need(node, "left"));
    const rightNode = node.childForFieldName("right");
    const right = rightNode ? this.value(rightNode) : UNKNOWN;
    const op = node.childForFieldName("operator")?.text ?? "+";
    if (op === "&&" || op === "||") {
      return { e: { k: op === "&&" ? "and" : "or", a: left.e, b: right.e, at: this.scope.at(node) }, t: INT };
    }
    return this.combine(op, left, right);
  }

  private misreadCast(node: Node, to: CType): Typed {
    const op = node.childForFieldName("operator")?.text ?? "-";
    const operand = this.lower(node.childForFieldName("right") ?? node);
    if (op === "&")
      return operand.p ? this.cast(to, { e: { k: "addr", p: operand.p }, t: pointerTo(operand.t) }) : UNKNOWN;
    const v = this.decay(operand);
    if (op === "*") return this.cast(to, this.deref(v, v.t.k === "ptr" ? v.t.to : LONG));
    return this.cast(to, op === "-" ? this.combine("-", constant(0, v.t), v) : v);
  }

  combine(op: string, left: Typed, right: Typed): Typed {
    if (op === "<<" && left.t.k === "struct") return { e: { k: "seq", list: [right.e, left.e] }, t: left.t };
    const integral = left.t.k !== "float" && right.t.k !== "float";
    if (op === "+" || op === "-") {
      if (left.t.k === "ptr" && right.t.k === "ptr") {
        return { e: fold("idiv", fold("-", left.e, right.e), num(Math.max(1, sizeOf(left.t.to)))), t: LONG };
      }
      if (left.t.k === "ptr") {
        return { e: fold(op, left.e, fold("*", right.e, num(sizeOf(left.t.to)))), t: left.t };
      }
      if (right.t.k === "ptr") {
        return { e: fold(op, fold("*", left.e, num(sizeOf(right.t.to))), right.e), t: right.t };
      }
    }
    const t = /^([=!]=|[<>]=?)$/.test(op) ? INT : commonType(left.t, right.t);
    const e = fold(binaryOp(op, integral), left.e, right.e);
    // Narrow unsigned arithmetic wraps; addresses and sizes are 64 bits wide and never do in sound code.
    if (t.k === "int" && t.size === 4 && !t.signed && (op === "-" || op === "*" || op === "~")) {
      return { e: castExpr(t, e), t };
    }
    return { e, t };
  }

  private unary(node: Node): Typed {
    const arg = this.value(this.need(node, "argument"));
    const op = node.childForFieldName("operator")?.text ?? "!";
    if (op !== "-" && op !== "~" && op !== "!" && op !== "+") return arg;
    if (arg.e.k === "const" && typeof arg.e.v === "number") {
      const v = arg.e.v;
      return {
        e: num(op === "-" ? -v : op === "~" ? -v - 1 : op === "!" ? (v ? 0 : 1) : v),
        t: op === "!" ? INT : arg.t,
      };
    }
    return { e: { k: "un", op, e: arg.e }, t: op === "!" ? INT : arg.t };
  }

  private pointer(node: Node): Typed {
    const inner = this.lower(this.need(node, "argument"));
    if (node.childForFieldName("operator")?.text === "&") {
      if (inner.e.k === "fn") return inner;
      return inner.p ? { e: { k: "addr", p: inner.p }, t: pointerTo(inner.t) } : UNKNOWN;
    }
    const pointer = this.decay(inner);
    if (pointer.t.k === "func") return pointer;
    if (pointer.t.k === "ptr" && pointer.t.to.k === "func") return { e: pointer.e, t: pointer.t.to };
    if (pointer.t.k === "struct") return { e: pointer.e, t: INT };
    return this.deref(pointer, pointer.t.k === "ptr" ? pointer.t.to : LONG);
  }

  private field(node: Node): Typed {
    const object = this.lower(this.need(node, "argument"));
    const arrow = node.childForFieldName("operator")?.text === "->";
    const name = node.childForFieldName("field")?.text ?? "";
    return this.member(object, name, arrow);
  }

  member(object: Typed, name: string, arrow: boolean): Typed {
    const base = arrow || (object.t.k === "ptr" && object.t.reference) ? this.decay(object) : object;
    const struct = base.t.k === "ptr" ? base.t.to : base.t;
    const place: Place | undefined =
      base.t.k === "ptr" ? { k: "deref", e: base.e } : (base.p ?? { k: "value", e: base.e });
    if (struct.k !== "struct") return this.read({ k: "field", p: place, off: 0 }, LONG);
    const f = findField(struct, name);
    if (!f) return UNKNOWN;
    return this.read(
      f.off === 0 && f.type.k !== "struct" ? { k: "field", p: place, off: 0 } : { k: "field", p: place, off: f.off },
      f.type,
    );
  }

  private subscript(node: Node): Typed {
    const object = this.lower(this.need(node, "argument"));
    const indexNode = node.childForFieldName("index") ?? node.childForFieldName("indices") ?? children(node)[1];
    const index = indexNode
      ? this.value(indexNode.type === "subscript_argument_list" ? (children(indexNode)[0] ?? indexNode) : indexNode)
      : UNKNOWN;
    if (object.p && object.t.k === "array") {
      return this.read({ k: "index", p: object.p, i: index.e, size: sizeOf(object.t.of) }, object.t.of);
    }
    const pointer = this.decay(object);
    const to = pointer.t.k === "ptr" ? pointer.t.to : pointer.t.k === "struct" ? LONG : LONG;
    return this.read({ k: "index", p: { k: "deref", e: pointer.e }, i: index.e, size: sizeOf(to) }, to);
  }

  private call(node: Node): Typed {
    const fnNode = this.need(node, "function");
    const argNodes = children(node.childForFieldName("arguments") ?? node);
    const castTo = this.parenthesizedType(fnNode);
    if (castTo && argNodes.length > 0) {
      const values = argNodes.map((a) => this.value(a));
      return this.cast(castTo, values.at(-1) ?? UNKNOWN);
    }
    const special = this.scope.names.cpp ? this.cpp.call(node, fnNode, argNodes) : undefined;
    if (special) return special;
    if (fnNode.type === "identifier" && /^_IO(?:WR?|R)?$/.test(fnNode.text))
      return this.ioctlNumber(fnNode.text, argNodes);
    if (fnNode.type === "identifier" && /^U?INT(?:8|16|32|64|MAX)_C$/.test(fnNode.text) && argNodes[0])
      return this.value(argNodes[0]);
    if (fnNode.type === "identifier" && fnNode.text === "__builtin_expect" && argNodes[0])
      return this.value(argNodes[0]);
    const f = this.decay(this.lower(fnNode));
    const named = f.e.k === "fn" ? f.e.name : "";
    const args = this.scope.names.cpp ? this.cpp.arguments(named, argNodes) : argNodes.map((a) => this.value(a).e);
    return { e: { k: "call", f: f.e, args, at: this.scope.at(node) }, t: this.result(f.t) };
  }

  /** `(type)` before something: the grammar takes `(name)(x)` for a call and `(name) - x` for a subtraction. */
  private parenthesizedType(node: Node): CType | undefined {
    const inner = node.type === "parenthesized_expression" ? children(node)[0] : undefined;
    if (inner?.type !== "identifier" || this.scope.lookup(inner.text)) return undefined;
    return this.scope.names.typedefs.get(inner.text);
  }

  result(t: CType): CType {
    if (t.k === "func") return t.ret;
    if (t.k === "ptr" && t.to.k === "func") return t.to.ret;
    return INT;
  }

  private ioctlNumber(macro: string, args: readonly Node[]): Typed {
    const [type, nr, struct] = args;
    const t = type && this.constant(type);
    const n = nr && this.constant(nr);
    const size = struct ? this.typeSize(struct) : 0;
    if (t === undefined || n === undefined || size === undefined) return UNKNOWN;
    const direction = macro === "_IOWR" ? 3 : macro === "_IOR" ? 2 : macro === "_IOW" ? 1 : 0;
    return constant(direction * 2 ** 30 + size * 2 ** 16 + t * 256 + n, ULONG);
  }

  /** Size of something that is a type but was parsed where an expression is expected. */
  private typeSize(node: Node): number | undefined {
    const m = /^(?:(?:const|volatile)\s+)*(struct|union)?\s*(\w+)\s*(\*)?$/.exec(node.text);
    if (node.type === "type_descriptor") return sizeOf(this.types.descriptor(node));
    if (m?.[3]) return 8;
    const name = m?.[2] ?? "";
    const t = m?.[1]
      ? this.scope.names.structs.get(name)
      : (this.scope.names.typedefs.get(name) ?? this.scope.names.structs.get(name));
    return t && sizeOf(t);
  }

  cast(t: CType, v: Typed): Typed {
    if (t.k === "struct" && v.t.k === "struct") return v;
    if (v.e.k === "const" && typeof v.e.v === "number") return { e: num(narrow(accessOf(t), v.e.v)), t };
    if (t.k === "int" && t.size < 8) return { e: castExpr(t, v.e), t };
    if (t.k === "int" && v.t.k === "float") return { e: castExpr(t, v.e), t };
    return { e: v.e, t };
  }

  private conditional(node: Node): Typed {
    const c = this.value(this.need(node, "condition"));
    const yes = node.childForFieldName("consequence");
    const no = node.childForFieldName("alternative");
    const a = yes ? this.value(yes) : c;
    const b = no ? this.value(no) : UNKNOWN;
    if (c.e.k === "const") return c.e.v ? a : b;
    const t =
      a.t.k === "ptr" || a.t.k === "struct" ? a.t : b.t.k === "ptr" || b.t.k === "struct" ? b.t : commonType(a.t, b.t);
    return { e: { k: "cond", c: c.e, a: a.e, b: b.e, at: this.scope.at(node) }, t };
  }

  private sizeOf(node: Node): number {
    const type = node.childForFieldName("type");
    if (type) return this.types.size(this.types.descriptor(type));
    const value = node.childForFieldName("value");
    if (!value) return 8;
    const inner = value.type === "parenthesized_expression" ? children(value)[0] : value;
    // `sizeof(name)` of a type parses as an expression when the grammar cannot know it is a type.
    if (inner?.type === "identifier" && !this.scope.lookup(inner.text)) {
      const t = this.scope.names.typedefs.get(inner.text) ?? this.scope.names.structs.get(inner.text);
      if (t) return sizeOf(t);
    }
    if (inner && (inner.type === "string_literal" || inner.type === "concatenated_string")) {
      const s = this.lower(inner).e;
      return s.k === "cstr" ? s.s.length + 1 : 8;
    }
    const t = this.lower(value).t;
    return sizeOf(t.k === "ptr" && t.reference ? t.to : t);
  }

  private offsetOf(node: Node): Typed {
    const t = this.types.descriptor(this.need(node, "type"));
    const name = node.childForFieldName("member")?.text ?? "";
    const f = t.k === "struct" ? findField(t, name) : undefined;
    return f ? constant(f.off, ULONG) : UNKNOWN;
  }

  private compound(node: Node): Typed {
    let t = this.types.descriptor(this.need(node, "type"));
    const list = node.childForFieldName("value");
    if (!list) return UNKNOWN;
    if (t.k === "array" && t.n === 0) t = { ...t, n: children(list).length };
    const p: Place = { k: "temp", size: sizeOf(t), init: initList(this, t, list) };
    return this.read(p, t);
  }

  /** Storage filled from an initializer: a list, a string for an array, or a plain value. */
  initialize(p: Place, t: CType, node: Node): Typed {
    if (node.type === "initializer_list" || (t.k === "array" && /string/.test(node.type))) {
      const scalar = t.k !== "struct" && t.k !== "array";
      return {
        e: { k: "init", p, size: sizeOf(t), zero: !scalar, list: initList(this, t, node) },
        t,
      };
    }
    const value = this.value(node);
    return { e: { k: "assign", p, acc: accessOf(t), e: value.e }, t };
  }

  structOf(t: CType): StructType | undefined {
    if (t.k === "struct") return t;
    return t.k === "ptr" && t.to.k === "struct" ? t.to : undefined;
  }
}

export const num = (v: number): Expr => ({ k: "const", v });
export const constant = (v: number, t: CType = INT): Typed => ({ e: num(v), t });

function castExpr(t: CType, e: Expr): Expr {
  return { k: "cast", acc: accessOf(t), e };
}

function binaryOp(op: string, integral: boolean): BinaryOp {
  return (op === "/" && integral ? "idiv" : op) as BinaryOp;
}

/** A binary expression, computed at once when both sides are numbers. */
export function fold(op: BinaryOp, a: Expr, b: Expr): Expr {
  if (a.k === "const" && b.k === "const" && typeof a.v === "number" && typeof b.v === "number") {
    const v = arithmetic(op, a.v, b.v);
    if (v !== undefined) return num(v);
  }
  if (b.k === "const" && ((op === "*" && b.v === 1) || (op === "idiv" && b.v === 1) || (op === "+" && b.v === 0)))
    return a;
  return { k: "bin", op, a, b };
}
