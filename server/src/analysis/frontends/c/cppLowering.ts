import type { Node } from "web-tree-sitter";
import type { Expr, Span } from "../../ir/ir";
import { children, type Typed, UNKNOWN } from "./context";
import type { ExprLowering } from "./exprLowering";
import { type CType, findField, pointerTo, type StructType, sizeOf, ULONG, VOID } from "./types";

/** The parts of C++ expressions that C does not have: members without `this`, `new`, named casts, method calls. */
export class CppLowering {
  constructor(private readonly lowering: ExprLowering) {}

  lower(node: Node): Typed {
    const { lowering } = this;
    switch (node.type) {
      case "this":
        return this.self() ?? UNKNOWN;
      case "new_expression": {
        const t = lowering.types.named(lowering.need(node, "type"));
        const args = children(node.childForFieldName("arguments") ?? node.childForFieldName("declarator") ?? node);
        return this.create(t, node, node.childForFieldName("arguments") ? args : []);
      }
      case "delete_expression":
        return { e: { k: "seq", list: [lowering.value(lowering.need(node, "argument")).e] }, t: VOID };
      case "template_function":
        return lowering.lower(lowering.need(node, "name"));
      case "initializer_list": {
        const only = children(node);
        return only.length === 1 && only[0] ? lowering.value(only[0]) : UNKNOWN;
      }
      case "user_defined_literal":
        return UNKNOWN;
      default:
        return UNKNOWN;
    }
  }

  private self(): Typed | undefined {
    const self = this.lowering.scope.self;
    if (!self) return undefined;
    return this.lowering.read({ k: "local", slot: self.slot() }, pointerTo(self.type));
  }

  /** A member named without `this->`. */
  implicitMember(name: string): Typed | undefined {
    const self = this.lowering.scope.self;
    const object = self && findField(self.type, name) ? this.self() : undefined;
    return object && this.lowering.member(object, name, true);
  }

  /** Calls that are casts, constructions or method calls; undefined for an ordinary call. */
  call(node: Node, fnNode: Node, args: readonly Node[]): Typed | undefined {
    const { lowering } = this;
    const at = lowering.scope.at(node);
    if (fnNode.type === "template_function") {
      const name = fnNode.childForFieldName("name")?.text ?? "";
      const type = children(fnNode.childForFieldName("arguments") ?? fnNode)[0];
      if (/_cast$/.test(name) && type && args[0])
        return lowering.cast(lowering.types.named(type), lowering.value(args[0]));
    }
    const written = fnNode.type === "identifier" ? lowering.callLambda(fnNode.text, args) : undefined;
    if (written) return written;
    const made = this.madeByTemplate(fnNode);
    if (made) return this.create(made, node, args);
    if (fnNode.type === "primitive_type" && args[0])
      return lowering.cast(lowering.types.named(fnNode), lowering.value(args[0]));
    if (fnNode.type === "field_expression") {
      const object = lowering.lower(lowering.need(fnNode, "argument"));
      const name = fnNode.childForFieldName("field")?.text ?? "";
      const struct = lowering.structOf(object.t);
      const owner = struct && this.owner(struct, name);
      if (owner) {
        const decayed = lowering.decay(object);
        const self = decayed.t.k === "ptr" ? decayed.e : object.p ? ({ k: "addr", p: object.p } as const) : decayed.e;
        return this.method(owner, name, self, args, at);
      }
      if (/^(load|get|data|operator\*)$/.test(name) && args.length <= 1 && object.t.k !== "struct")
        return lowering.decay(object);
      if (/^(store|exchange)$/.test(name) && object.p && args[0] && object.t.k === "int") {
        return {
          e: { k: "assign", p: object.p, acc: { size: object.t.size, kind: "int" }, e: lowering.value(args[0]).e },
          t: object.t,
        };
      }
      if (/^fetch_(add|sub)$/.test(name) && object.p && args[0] && object.t.k === "int") {
        const op = name === "fetch_add" ? "+" : "-";
        return {
          e: {
            k: "update",
            p: object.p,
            acc: { size: object.t.size, kind: "int" },
            op,
            e: lowering.value(args[0]).e,
            post: true,
          },
          t: object.t,
        };
      }
    }
    const name = fnNode.text.replace(/^.*::/, "");
    const self = lowering.scope.self;
    if (self && fnNode.type === "identifier" && !lowering.scope.lookup(name)) {
      const owner = this.owner(self.type, name);
      const object = owner && this.self();
      if (owner && object) return this.method(owner, name, object.e, args, at);
    }
    if (fnNode.type === "qualified_identifier") {
      const owner = lowering.scope.names.structs.get(fnNode.text.replace(/::[^:]*$/, "").replace(/^.*::/, ""));
      if (owner && lowering.scope.names.methods.get(owner.name)?.has(name))
        return this.method(owner, name, { k: "const", v: 0 }, args, at);
    }
    const built = lowering.scope.names.structs.get(name);
    if (built && lowering.scope.names.methods.has(name) && fnNode.type !== "field_expression") {
      const p = { k: "temp", size: sizeOf(built), init: [] } as const;
      return { e: { k: "seq", list: [this.construct(built, { k: "addr", p }, args, at)] }, t: built };
    }
    return undefined;
  }

  /** `T` of `std::make_unique<T>`, which is `new T` by another name. */
  private madeByTemplate(fnNode: Node): CType | undefined {
    const inner = fnNode.type === "qualified_identifier" ? fnNode.childForFieldName("name") : fnNode;
    if (inner?.type !== "template_function") return undefined;
    const type = children(inner.childForFieldName("arguments") ?? inner)[0];
    const makes = /^make_(?:unique|shared)$/.test(inner.childForFieldName("name")?.text ?? "");
    return makes && type ? this.lowering.types.named(type) : undefined;
  }

  private owner(struct: StructType, name: string, depth = 0): StructType | undefined {
    if (this.lowering.scope.names.methods.get(struct.name)?.has(name)) return struct;
    if (depth > 8) return undefined;
    for (const base of struct.bases) {
      const found = this.owner(base, name, depth + 1);
      if (found) return found;
    }
    return undefined;
  }

  private method(owner: StructType, name: string, self: Expr, args: readonly Node[], at: Span): Typed {
    const full = `${owner.name}::${name}`;
    const ret = this.lowering.scope.names.functions.get(full) ?? VOID;
    return {
      e: { k: "call", f: { k: "fn", name: full }, args: [self, ...this.arguments(full, args)], at },
      t: ret,
    };
  }

  /** Arguments of a call of `name`: those for references are passed by address, those left out have their defaults. */
  arguments(name: string, nodes: readonly Node[]): Expr[] {
    const references = this.lowering.scope.names.references.get(name);
    const out = nodes.map((n, i): Expr => {
      if (!references?.[i]) return this.lowering.value(n).e;
      const t = this.lowering.lower(n);
      return t.p ? { k: "addr", p: t.p } : t.e;
    });
    const defaults = this.lowering.scope.names.defaultArguments.get(name);
    for (let value = defaults?.get(out.length); value; value = defaults?.get(out.length))
      out.push(this.lowering.value(value).e);
    return out;
  }

  /** Call of the constructor, when the class declares one. */
  construct(t: StructType, address: Expr, args: readonly Node[], at: Span): Expr {
    if (!this.lowering.scope.names.methods.get(t.name)?.has(t.name)) return address;
    const name = `${t.name}::${t.name}`;
    return {
      k: "call",
      f: { k: "fn", name },
      args: [address, ...this.arguments(name, args)],
      at,
    };
  }

  private create(t: CType, node: Node, args: readonly Node[]): Typed {
    const at = this.lowering.scope.at(node);
    const size = Math.max(1, sizeOf(t));
    const made: Typed = {
      e: {
        k: "call",
        f: { k: "fn", name: "calloc" },
        args: [
          { k: "const", v: 1 },
          { k: "const", v: size },
        ],
        at,
      },
      t: pointerTo(t),
    };
    if (t.k !== "struct" || !this.lowering.scope.names.methods.get(t.name)?.has(t.name)) return made;
    const slot = this.lowering.scope.variable("", ULONG);
    const p = { k: "local", slot } as const;
    const kept = { k: "load", p, acc: { size: 8, kind: "ptr" } } as const;
    return {
      e: {
        k: "seq",
        list: [{ k: "assign", p, acc: { size: 8, kind: "ptr" }, e: made.e }, this.construct(t, kept, args, at), kept],
      },
      t: pointerTo(t),
    };
  }
}
