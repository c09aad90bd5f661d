import type { Node } from "web-tree-sitter";
import type { Place, Slot, Span } from "../../ir/ir";

/** Variables of one JavaScript function; names of enclosing functions are found through `parent`. */
export class Scope {
  readonly slots: Slot[] = [];
  /** Functions around this one. */
  readonly nesting: number;
  private readonly levels: Map<string, number>[] = [new Map()];

  constructor(
    readonly base: number,
    readonly parent?: Scope,
  ) {
    this.nesting = parent ? parent.nesting + 1 : 0;
  }

  enter(): void {
    this.levels.push(new Map());
  }

  leave(): void {
    this.levels.pop();
  }

  /** Storage for a variable of the innermost block; hidden when the name is empty. */
  declare(name: string): number {
    const known = name ? this.levels.at(-1)?.get(name) : undefined;
    if (known !== undefined) return known;
    const slot = this.slots.length;
    this.slots.push({ name, size: 8, align: 8 });
    if (name) this.levels.at(-1)?.set(name, slot);
    return slot;
  }

  lookup(name: string): Place | undefined {
    let depth = 0;
    for (let s: Scope | undefined = this; s; s = s.parent, depth++) {
      for (let i = s.levels.length - 1; i >= 0; i--) {
        const slot = s.levels[i]?.get(name);
        if (slot !== undefined) return depth === 0 ? { k: "local", slot } : { k: "outer", depth, slot };
      }
    }
    return undefined;
  }

  at(node: Node): Span {
    return { start: node.startIndex - this.base, end: node.endIndex - this.base };
  }
}

/** Named children without comments. */
export function children(node: Node): Node[] {
  const out: Node[] = [];
  for (const c of node.namedChildren) if (c && c.type !== "comment" && c.type !== "html_comment") out.push(c);
  return out;
}
