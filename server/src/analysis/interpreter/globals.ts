import { PAGE, PROT } from "../domain/constants";
import type { Fn } from "../ir/ir";
import { withPages } from "./access";
import { evaluate } from "./evaluate";
import type { Frame } from "./frame";
import type { Machine } from "./machine";
import type { Obj } from "./memory";
import { PageMap } from "./pages";

/** Storage of a variable with static lifetime, initialized when it is first used. */
export function globalObject(m: Machine, name: string): Obj {
  if (name === "errno") return m.errnoObject();
  const from = m.frame.fn.file;
  const found = m.program.global(name, from);
  const key = !found ? `?${name}` : found.global.isStatic ? `${found.global.file}:${name}` : name;
  const known = m.globals.get(key);
  if (known) return known;
  if (!found) {
    const obj = m.memory.allocate("global", name, 8, 8, "unknown");
    m.globals.set(key, obj);
    return obj;
  }
  const { global } = found;
  const unseen = !global.defined || (m.library && !global.isConst);
  const obj = withPages(m.memory.allocate("global", name, global.size, global.align, unseen ? "unknown" : 0));
  m.globals.set(key, obj);
  if (global.init && !unseen) {
    const frame = initializerFrame(global.file);
    m.frames.push(frame);
    evaluate(m, global.init);
    m.frames.pop();
    if (obj.pages && [...obj.cells.values()].some((c) => c.v !== 0)) obj.pages = fileBacked(obj);
  }
  return obj;
}

/** Initialized data is a private mapping of the executable, all of it there to be read. */
function fileBacked(obj: Obj): PageMap {
  const lead = obj.address % PAGE;
  const count = Math.ceil((obj.size + lead) / PAGE);
  const pages = new PageMap(count, { type: "file", prot: PROT.READ | PROT.WRITE, mode: 0 }, lead);
  pages.pages.set(0, count, { content: "data", epoch: 0 });
  return pages;
}

const frames = new Map<string, Fn>();

function initializerFrame(file: string): Frame {
  let fn = frames.get(file);
  if (!fn) {
    fn = {
      name: "",
      file,
      base: 0,
      slots: [],
      params: [],
      variadic: false,
      body: { k: "block", body: [] },
      at: { start: 0, end: 0 },
    };
    frames.set(file, fn);
  }
  return {
    fn,
    slots: [],
    calledAt: undefined,
    self: undefined,
    outer: undefined,
    result: undefined,
    extra: [],
    at: fn.at,
  };
}
