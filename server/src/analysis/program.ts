import type { Program } from "./interpreter/machine";
import type { Fn, Global, ParsedUnit, Unit } from "./ir/ir";

/** Where units come from; they are made when they are first asked for. */
export interface UnitSource {
  unit(file: string): ParsedUnit | undefined;
  /** Files that seem to define a function of that name. */
  filesDefining(name: string): readonly string[];
  /** Units made so far. */
  files(): Iterable<ParsedUnit>;
}

/** Units of a workspace as one program: names are found in their own file first, then where only one file has them. */
export class LinkedProgram implements Program {
  private used = new Map<string, ParsedUnit>();
  private names = new Map<string, string>();
  /** Headers are part of the unit that asks for them. */
  private readonly parts = new Map<string, ParsedUnit>();

  constructor(private readonly source: UnitSource) {}

  /** Starts to remember what is asked for. */
  watch(): void {
    this.used = new Map();
    this.names = new Map();
  }

  watched(): { readonly used: Map<string, ParsedUnit>; readonly names: ReadonlyMap<string, string> } {
    return { used: this.used, names: this.names };
  }

  unit(file: string): ParsedUnit | undefined {
    const known = this.used.get(file) ?? this.parts.get(file);
    if (known) return known;
    const own = this.source.unit(file);
    if (own) {
      this.used.set(file, own);
      return own;
    }
    for (const u of this.source.files()) {
      if (!u.includes(file)) continue;
      this.parts.set(file, u);
      return u;
    }
    return undefined;
  }

  module(specifier: string, from: string): Unit | undefined {
    if (!specifier.startsWith(".")) return undefined;
    const base = resolvePath(from, specifier);
    for (const candidate of [
      base,
      `${base}.ts`,
      `${base}.tsx`,
      `${base}.js`,
      `${base}.mjs`,
      base.replace(/\.[cm]?js$/, ".ts"),
      `${base}/index.ts`,
      `${base}/index.js`,
    ]) {
      const unit = this.unit(candidate);
      if (unit) return unit;
    }
    return undefined;
  }

  function(name: string, from: string): { readonly fn: Fn; readonly unit: Unit } | undefined {
    const own = this.unit(from);
    const fn = own?.functionNamed(name);
    if (fn && own) return { fn, unit: own };
    const owners = this.source.filesDefining(name);
    this.names.set(name, owners.join("\n"));
    const found: { fn: Fn; unit: Unit }[] = [];
    for (const file of nearest(
      owners.filter((f) => f !== own?.file),
      from,
    ).slice(0, 4)) {
      const unit = this.unit(file);
      const candidate = unit?.functionNamed(name);
      if (unit && candidate && !candidate.isStatic) found.push({ fn: candidate, unit });
    }
    return found.length === 1 ? found[0] : undefined;
  }

  global(name: string, from: string): { readonly global: Global; readonly unit: Unit } | undefined {
    const own = this.unit(from);
    const mine = own?.globals.get(name);
    if (own && mine && (mine.defined || mine.isStatic)) return { global: mine, unit: own };
    const found: { global: Global; unit: Unit }[] = [];
    for (const unit of this.used.values()) {
      const g = unit.globals.get(name);
      if (g?.defined && !g.isStatic && unit !== own) found.push({ global: g, unit });
    }
    const [near] = nearest(
      found.map((f) => f.unit.file),
      from,
    );
    const best = found.find((f) => f.unit.file === near);
    if (best) return best;
    return own && mine ? { global: mine, unit: own } : undefined;
  }
}

/** Of several files the ones in the same folder, or all when none is. */
function nearest(files: readonly string[], from: string): readonly string[] {
  if (files.length <= 1) return files;
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  const near = files.filter((f) => f.slice(0, f.lastIndexOf("/") + 1) === folder);
  return near.length > 0 ? near : files;
}

export function resolvePath(from: string, relative: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const p of relative.split("/")) {
    if (p === "..") parts.pop();
    else if (p !== ".") parts.push(p);
  }
  return parts.join("/");
}
