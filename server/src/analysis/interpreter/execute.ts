import type { Expr, Stmt } from "../ir/ir";
import { decide, evaluate, local } from "./evaluate";
import { forEachItem, loop } from "./loops";
import { type Machine, Thrown } from "./machine";
import { writeCell } from "./memory";
import { binary, truth } from "./operate";

/** How a statement ended. A label names the loop meant, or the goto's target. */
export type Completion =
  | { readonly k: "normal" }
  | { readonly k: "return" }
  | { readonly k: "break" | "continue"; readonly label?: string }
  | { readonly k: "goto"; readonly label: string };

export const NORMAL: Completion = { k: "normal" };
const RETURN: Completion = { k: "return" };
const MAX_GOTOS = 64;

/** Runs a statement on the path `m` follows. */
export function execute(m: Machine, s: Stmt): Completion {
  switch (s.k) {
    case "expr":
      if (s.at) m.frame.at = s.at;
      perform(m, s.e);
      return NORMAL;
    case "block":
      return block(m, s.body, 0);
    case "decl":
      // The same storage each time round, as on a stack.
      local(m, s.slot).reset();
      if (s.init) evaluate(m, s.init);
      return NORMAL;
    case "if": {
      const holds = decide(m, evaluate(m, s.c), s.at, endsPath(s.b) && !endsPath(s.a));
      if (holds) return execute(m, s.a);
      return s.b ? execute(m, s.b) : NORMAL;
    }
    case "loop":
      return loop(m, s);
    case "forof":
      return forEachItem(m, s);
    case "switch":
      return switchOn(m, s);
    case "return":
      m.frame.result = s.e ? evaluate(m, s.e) : undefined;
      return RETURN;
    case "break":
    case "continue":
      return s.label ? { k: s.k, label: s.label } : { k: s.k };
    case "goto":
      return { k: "goto", label: s.label };
    case "label":
      return execute(m, s.body);
    case "throw":
      throw new Thrown(evaluate(m, s.e));
    case "try":
      return tryCatch(m, s);
  }
}

/** An expression for its effect alone: what a call in it returns is not looked at. */
function perform(m: Machine, e: Expr): void {
  const before = m.records.length;
  evaluate(m, e);
  const direct = e.k === "call" && e.f.k === "fn" && (e.f.name === "ioctl" || e.f.name === "syscall");
  const last = direct && m.records.length > before ? m.records.at(-1) : undefined;
  if (last) last.ignored = true;
}

/** A branch that leaves the function or the program at once: what error handling looks like. */
function endsPath(s: Stmt | undefined): boolean {
  if (!s) return false;
  if (s.k === "return" || s.k === "throw" || s.k === "goto") return true;
  if (s.k === "block") return endsPath(s.body.at(-1));
  if (s.k === "expr")
    return s.e.k === "call" && s.e.f.k === "fn" && /^(?:_?exit|abort|die|fatal|errx?|panic)$/.test(s.e.f.name);
  return false;
}

function block(m: Machine, body: readonly Stmt[], from: number): Completion {
  let gotos = 0;
  for (let i = from; i < body.length; i++) {
    const s = body[i];
    if (!s) continue;
    const c = execute(m, s);
    if (c.k === "normal") continue;
    if (c.k === "goto") {
      const to = body.findIndex((x) => holdsLabel(x, c.label));
      if (to !== -1 && ++gotos < MAX_GOTOS) {
        m.step();
        i = to - 1;
        continue;
      }
    }
    return c;
  }
  return NORMAL;
}

function holdsLabel(s: Stmt, label: string): boolean {
  return s.k === "label" && (s.label === label || holdsLabel(s.body, label));
}

function switchOn(m: Machine, s: Extract<Stmt, { k: "switch" }>): Completion {
  const value = evaluate(m, s.e);
  let chosen = -1;
  for (let i = 0; i < s.cases.length && chosen === -1; i++) {
    const c = s.cases[i];
    if (!c?.value) continue;
    const same = binary(m, "==", value, evaluate(m, c.value));
    const known = truth(m, same);
    if (known === undefined ? decide(m, same, { start: s.at.start + i, end: s.at.end }) : known) chosen = i;
  }
  if (chosen === -1) chosen = s.cases.findIndex((c) => !c.value);
  if (chosen === -1) return NORMAL;
  for (let i = chosen; i < s.cases.length; i++) {
    const c = block(m, s.cases[i]?.body ?? [], 0);
    if (c.k === "break" && !c.label) return NORMAL;
    if (c.k !== "normal") return c;
  }
  return NORMAL;
}

function tryCatch(m: Machine, s: Extract<Stmt, { k: "try" }>): Completion {
  const depth = m.frames.length;
  const loops = m.activeLoops.length;
  let c: Completion;
  try {
    c = execute(m, s.body);
  } catch (e) {
    if (!(e instanceof Thrown)) throw e;
    m.frames.length = depth;
    m.activeLoops.length = loops;
    if (!s.handler) {
      if (s.last) execute(m, s.last);
      throw e;
    }
    if (s.slot !== undefined) {
      m.frame.slots[s.slot] = undefined;
      writeCell(local(m, s.slot), 0, 8, e.value);
    }
    c = execute(m, s.handler);
  }
  if (s.last) {
    const last = execute(m, s.last);
    if (last.k !== "normal") return last;
  }
  return c;
}
