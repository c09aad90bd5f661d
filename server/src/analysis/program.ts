import type { Program } from "./interpreter/machine";
import type { Fn, Global, Unit } from "./ir/ir";

/** Units of a workspace as one program: names are found in their own file first, then where only one file has them. */
export class LinkedProgram implements Program {
  private readonly owners = new Map<string, string[]>();

  constructor(private readonly units: ReadonlyMap<string, Unit>) {
    for (const unit of units.values()) {
      for (const name of unit.functionNames) this.owners.set(name, [...(this.owners.get(name) ?? []), unit.file]);
    }
  }

  unit(file: string): Unit | undefined {
    const own = this.units.get(file);
    if (own) return own;
    for (const u of this.units.values()) if (u.includes(file)) return u;
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
      const unit = this.units.get(candidate);
      if (unit) return unit;
    }
    return undefined;
  }

  function(name: string, from: string): { readonly fn: Fn; readonly unit: Unit } | undefined {
    const own = this.unit(from);
    const fn = own?.functionNamed(name);
    if (fn && own) return { fn, unit: own };
    const others = this.owners.get(name)?.filter((f) => f !== own?.file) ?? [];
    const found: { fn: Fn; unit: Unit }[] = [];
    for (const file of nearest(others, from)) {
      const unit = this.units.get(file);
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
    for (const unit of this.units.values()) {
      const g = unit.globals.get(name);
      if (g?.defined && !g.isStatic && unit !== own) found.push({ global: g, unit });
    }
    const near = new Set(
      nearest(
        found.map((f) => f.unit.file),
        from,
      ),
    );
    const best = found.filter((f) => near.has(f.unit.file));
    if (best.length >= 1 && best[0]) return best[0];
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
