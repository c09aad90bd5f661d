import type { Node } from "web-tree-sitter";
import type { Global, Slot, Span } from "../../ir/ir";
import { attributesOf, type Binding, type UnitNames } from "./context";
import { alignOf, type CType, type StructType, sizeOf } from "./types";

/** Where variables of the function being lowered live, and how its spans are counted. */
export class Scope {
  readonly slots: Slot[] = [];
  /** C++ lambdas by the variable that holds them. */
  readonly lambdas = new Map<string, Node>();
  private readonly levels: Map<string, Binding>[] = [new Map()];

  constructor(
    readonly names: UnitNames,
    readonly file: string,
    readonly fnName: string,
    readonly base: number,
    /** Takes the statics of the function. */
    readonly addGlobal: (g: Global) => void,
    /** Class of a C++ member function. */
    readonly self?: { readonly slot: () => number; readonly type: StructType },
  ) {}

  enter(): void {
    this.levels.push(new Map());
  }

  leave(): void {
    this.levels.pop();
  }

  lookup(name: string): Binding | undefined {
    for (let i = this.levels.length - 1; i >= 0; i--) {
      const found = this.levels[i]?.get(name);
      if (found) return found;
    }
    const type = this.names.globals.get(name);
    return type && { k: "global", name, type };
  }

  bind(name: string, binding: Binding): void {
    this.levels.at(-1)?.set(name, binding);
  }

  /** New storage for a variable; hidden when `name` is empty. */
  variable(name: string, type: CType, align = alignOf(type)): number {
    const slot = this.slots.length;
    this.slots.push({ name, size: Math.max(1, sizeOf(type)), align });
    if (name) this.bind(name, { k: "slot", slot, type });
    return slot;
  }

  at(node: Node): Span {
    return { start: node.startIndex - this.base, end: node.endIndex - this.base };
  }
}

/** Alignment an attribute or `_Alignas` asks for. */
export function declaredAlign(names: UnitNames, node: Node): number | undefined {
  const text = `${attributesOf(names, node)} ${node.text.slice(0, 200)}`;
  const m = /(?:_Alignas|alignas|\b(?:__)?aligned(?:__)?)\s*\(\s*\(?\s*([^)]*?)\s*\)/.exec(text);
  const asked = m?.[1];
  if (asked === undefined) return undefined;
  const n = Number(asked.replace(/[uUlL]+$/, ""));
  return Number.isInteger(n) && n > 0 ? n : (names.constants.get(asked) ?? (asked === "PAGE_SIZE" ? 4096 : undefined));
}
