import type { Node } from "web-tree-sitter";
import type { Expr } from "../../ir/ir";
import { GLOBAL_TYPES, RESULT_TYPES, STRUCTS, TYPEDEFS } from "./headers";
import { type CType, INT, type StructType } from "./types";

/** Names a translation unit knows: filled from its headers and its own top level. */
export interface UnitNames {
  readonly typedefs: Map<string, CType>;
  readonly structs: Map<string, StructType>;
  readonly constants: Map<string, number>;
  readonly globals: Map<string, CType>;
  /** Result types of functions. */
  readonly functions: Map<string, CType>;
  /** Methods of C++ classes: class name to method names. */
  readonly methods: Map<string, Set<string>>;
  readonly cpp: boolean;
  /** Which parameters of a C++ function are references: the argument's address is passed. */
  readonly references: Map<string, readonly boolean[]>;
  /** Values of C++ parameters that a call may leave out, by their position. */
  readonly defaultArguments: Map<string, ReadonlyMap<number, Node>>;
  /** Initializers of members as declared in the class. */
  readonly memberDefaults: Map<string, readonly { readonly name: string; readonly value: Node }[]>;
  /** Attributes of the text that is being read. */
  attributes: readonly { readonly at: number; readonly text: string }[];
}

/** Attributes that stand inside a node or right after it. */
export function attributesOf(names: UnitNames, node: Node): string {
  if (names.attributes.length === 0) return "";
  const { startIndex, endIndex } = node;
  return names.attributes
    .filter((a) => a.at >= startIndex && a.at <= endIndex + 1)
    .map((a) => a.text)
    .join(" ");
}

export function emptyNames(cpp: boolean): UnitNames {
  return {
    typedefs: new Map(TYPEDEFS),
    structs: new Map(STRUCTS),
    constants: new Map(),
    globals: new Map(GLOBAL_TYPES),
    functions: new Map(RESULT_TYPES),
    methods: new Map(),
    cpp,
    references: new Map(),
    defaultArguments: new Map(),
    memberDefaults: new Map(),
    attributes: [],
  };
}

export type Binding =
  | { readonly k: "slot"; readonly slot: number; readonly type: CType }
  | { readonly k: "global"; readonly name: string; readonly type: CType };

/** An expression with its type; `p` when it names storage. */
export interface Typed {
  readonly e: Expr;
  readonly t: CType;
  readonly p?: import("../../ir/ir").Place;
}

export const UNKNOWN: Typed = { e: { k: "unknown" }, t: INT };

/** Named children without comments. */
export function children(node: Node): Node[] {
  const out: Node[] = [];
  for (const c of node.namedChildren) if (c && c.type !== "comment") out.push(c);
  return out;
}
