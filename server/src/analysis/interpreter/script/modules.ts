import { headerConstant } from "../../domain/constants";
import { callFunction } from "../calls";
import type { Frame } from "../frame";
import type { Machine } from "../machine";
import { readCell } from "../memory";
import { Native, type Value } from "../value";
import { objectRef } from "./objects";

/** Value of an imported name; name `*` for the whole module, an empty source for a global of the platform. */
export function importValue(m: Machine, source: string, name: string): Value {
  if (source === "") return globalValue(m, name);
  if (source.startsWith(".")) return ownModule(m, source, name);
  const module = source.replace(/^node:/, "");
  // The package's default export is the module itself for everything the analysis knows.
  if (name === "*" || name === "default") return new Native(module);
  return new Native(`${module}.${name}`);
}

/** Names of userfaultfd's header that a program did not define itself are given the header's meaning. */
function globalValue(m: Machine, name: string): Value {
  if (name === "globalThis" || name === "global") return new Native("globalThis");
  if (name === "Infinity") return Number.POSITIVE_INFINITY;
  if (name === "NaN") return Number.NaN;
  const constant = /^(?:UFFD|MADV_|MAP_|PROT_|SYS_|__NR_)/.test(name) ? headerConstant(name) : undefined;
  return constant ?? new Native(name, undefined, m.frame.self);
}

function ownModule(m: Machine, source: string, name: string): Value {
  const unit = m.program.module(source, m.frame.fn.file);
  if (!unit?.module) return m.fresh();
  let exported = m.modules.get(unit.file);
  if (!exported) {
    exported = new Map();
    m.modules.set(unit.file, exported);
    const frame = runBody(m, unit.module);
    for (const [key, slot] of unit.exports ?? []) {
      const obj = frame?.slots[slot];
      const v = obj && readCell(obj, 0, 8);
      exported.set(key, typeof v === "symbol" ? undefined : v);
    }
  }
  if (name === "*") return objectRef(m, exported);
  return exported.has(name) ? exported.get(name) : m.fresh();
}

function runBody(m: Machine, fn: Parameters<typeof callFunction>[1]): Frame | undefined {
  let frame: Frame | undefined;
  callFunction(m, fn, [], m.here(), undefined, undefined, undefined, (f) => {
    frame = f;
  });
  return frame;
}
