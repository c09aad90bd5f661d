import type { Stmt } from "../ir/ir";
import { store } from "./access";
import { address, decide, evaluate, local } from "./evaluate";
import { type Completion, execute, NORMAL } from "./execute";
import { planOf, type Variable } from "./induction";
import { type Machine, PathEnd } from "./machine";
import { writeCell } from "./memory";
import { truth } from "./operate";
import { iterate } from "./script";
import { Sweep } from "./value";

type Loop = Extract<Stmt, { k: "loop" }>;

/** Rounds of a loop whose condition nobody knows. */
const UNKNOWN_ROUNDS = 2;
/** Counted loops longer than this are followed in one go when their body allows it. */
const SWEEP_FROM = 48;
/** Rounds of any other loop. */
const MAX_ROUNDS = 20_000;
/** A loop that only waits for another thread ends after this many rounds. */
const SPIN_ROUNDS = 40;
/** The same when every round depends on something unknown. */
const IDLE_ROUNDS = 3;

/** Runs a loop: round by round, or in one go when it is a long walk over memory. */
export function loop(m: Machine, s: Loop): Completion {
  if (s.init) execute(m, s.init);
  m.activeLoops.push({ frame: m.frame, loop: s });
  const c = sweepOver(m, s) ?? rounds(m, s);
  m.activeLoops.pop();
  return c;
}

function rounds(m: Machine, s: Loop): Completion {
  let unknown = 0;
  let idle = 0;
  for (let round = 0; ; round++) {
    if (round >= MAX_ROUNDS) throw new PathEnd("budget");
    if (round > 0 || !s.doWhile) {
      const test = s.c ? evaluate(m, s.c) : true;
      const known = truth(m, test);
      if (known === false) return NORMAL;
      if (known === undefined) {
        const again = unknown < UNKNOWN_ROUNDS && m.timesTaken(m.key(s.at), 1) < 4;
        if (!decide(m, test, s.at, again)) return NORMAL;
        if (++unknown > UNKNOWN_ROUNDS + 1) return NORMAL;
      }
    }
    const { effects, steps } = m;
    const decided = m.choices.length;
    const c = execute(m, s.body);
    if (c.k === "break" && (!c.label || c.label === s.label)) return NORMAL;
    if (c.k !== "normal" && !(c.k === "continue" && (!c.label || c.label === s.label))) return c;
    if (s.step) evaluate(m, s.step);
    if (m.sweeping > 0) return NORMAL;
    // A loop that changes nothing waits for something nobody here decides: at some point it is over.
    const waits = effects === m.effects && (m.choices.length > decided || !s.c || (!s.step && m.steps - steps < 12));
    idle = waits ? idle + 1 : 0;
    if (idle > (m.choices.length > decided ? IDLE_ROUNDS : SPIN_ROUNDS)) return NORMAL;
  }
}

/** Follows a long counted loop in one go, its indices standing for all their values; undefined when that is not possible. */
function sweepOver(m: Machine, s: Loop): Completion | undefined {
  const plan = planOf(m, s);
  if (!plan || plan.count <= SWEEP_FROM) return undefined;
  for (const v of plan.movers) {
    const last = v.first + (plan.count - 1) * v.by;
    const all = new Sweep(Math.min(v.first, last), Math.max(v.first, last), Math.max(1, Math.abs(v.by)));
    store(m, address(m, v.place), v.acc, all);
  }
  m.sweeping++;
  try {
    execute(m, s.body);
  } finally {
    m.sweeping--;
  }
  for (const v of plan.scrambled) store(m, address(m, v.place), v.acc, m.fresh());
  for (const v of plan.movers) {
    const more = plan.extra && isSame(plan.extra.place, v.place) ? plan.extra.by : 0;
    store(m, address(m, v.place), v.acc, v.first + plan.count * v.by + more);
  }
  return NORMAL;
}

const isSame = (a: Variable, b: Variable): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `for … of` and `for … in` of JavaScript. */
export function forEachItem(m: Machine, s: Extract<Stmt, { k: "forof" }>): Completion {
  const items = iterate(m, evaluate(m, s.e), s.keys);
  m.activeLoops.push({ frame: m.frame, loop: s });
  try {
    for (const item of items) {
      m.step();
      m.frame.slots[s.item] = undefined;
      writeCell(local(m, s.item), 0, 8, item);
      execute(m, s.p);
      const c = execute(m, s.body);
      if (c.k === "break" && (!c.label || c.label === s.label)) return NORMAL;
      if (c.k !== "normal" && !(c.k === "continue" && (!c.label || c.label === s.label))) return c;
    }
    return NORMAL;
  } finally {
    m.activeLoops.pop();
  }
}
