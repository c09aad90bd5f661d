import type { Node } from "web-tree-sitter";
import { headerConstant } from "../../domain/constants";
import { narrow } from "../../ir/arith";
import type { Place } from "../../ir/ir";
import { CallLowering } from "./callLowering";
import { children, type Typed, UNKNOWN } from "./context";
import { CppLowering } from "./cppLowering";
import { castExpr, constant, num } from "./fold";
import { initList } from "./initLowering";
import { integerLiteral, stringText } from "./literals";
import { OperatorLowering } from "./operatorLowering";
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
  readonly operators: OperatorLowering;
  readonly calls: CallLowering;
  private depth = 0;
  /** Lowers a statement expression; set by the function lowering. */
  blockOf: (node: Node) => Typed = () => UNKNOWN;
  /** A call of a variable that holds a C++ lambda. */
  callLambda: (name: string, args: readonly Node[]) => Typed | undefined = () => undefined;

  constructor(readonly scope: Scope) {
    this.types = new TypeReader(
      scope.names,
      (n) => this.constant(n),
      (n) => this.lower(n).t,
    );
    this.cpp = new CppLowering(this);
    this.operators = new OperatorLowering(this);
    this.calls = new CallLowering(this);
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
        return this.operators.assignment(node);
      case "update_expression":
        return this.operators.update(node);
      case "binary_expression":
        return this.operators.binary(node);
      case "unary_expression":
        return this.operators.unary(node);
      case "pointer_expression":
        return this.pointer(node);
      case "field_expression":
        return this.field(node);
      case "subscript_expression":
        return this.subscript(node);
      case "call_expression":
        return this.calls.call(node);
      case "cast_expression":
        return this.cast(this.types.descriptor(this.need(node, "type")), this.value(this.need(node, "value")));
      case "conditional_expression":
        return this.conditional(node);
      case "sizeof_expression":
        return constant(this.calls.sizeOf(node), ULONG);
      case "alignof_expression":
        return constant(8, ULONG);
      case "offsetof_expression":
        return this.calls.offsetOf(node);
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

  private compound(node: Node): Typed {
    // C++ has the bare name of the type where C has it in parentheses.
    let t = this.types.named(this.need(node, "type"));
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
