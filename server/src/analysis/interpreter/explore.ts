import type { Fn } from "../ir/ir";
import { aftermath } from "../rules/aftermath";
import { callFunction } from "./calls";
import { type Choice, type Limits, Machine, PathEnd, type Program, Thrown } from "./machine";
import type { CallRecord } from "./record";
import { runModule } from "./script";
import type { Sym, Value } from "./value";

export interface Budget {
  /** Paths followed from one entry. */
  readonly paths: number;
  /** Steps of all paths of one entry together. */
  readonly totalSteps: number;
  readonly path: Limits;
}

export const DEFAULT_BUDGET: Budget = { paths: 160, totalSteps: 1_200_000, path: { steps: 300_000, decisions: 300 } };

/** For a function that nothing seen calls: less is known of its world, so less is worth following. */
export const LIBRARY_BUDGET: Budget = { paths: 24, totalSteps: 200_000, path: { steps: 60_000, decisions: 120 } };

/** Where to start: a function, or the body of a module. */
export interface Entry {
  readonly fn: Fn;
  readonly kind: "main" | "library" | "module";
}

export interface Explored {
  readonly records: readonly CallRecord[];
  /** Set when the path could not be followed to its end. */
  readonly cut: boolean;
  readonly error?: unknown;
}

/** After this many paths, ways that were taken `OFTEN` times already are not worth another one. */
const ENOUGH_PATHS = 16;
const OFTEN = 3;

interface Job {
  readonly prefix: readonly number[];
  /** The way its last decision takes. */
  readonly way: string;
}

/**
 * Follows the paths of a program from an entry. Every path is run from the start with the decisions it is to take;
 * what a path decides for itself gives new paths. Ways nobody took yet go first.
 */
export function explore(
  program: Program,
  entry: Entry,
  budget: Budget,
  visit: (e: Explored, reached: ReadonlySet<string>) => void,
): void {
  const queue: Job[] = [{ prefix: [], way: "" }];
  const covered = new Map<string, number>();
  const seen = new Set<string>([""]);
  const reached = new Set<string>();
  let steps = 0;
  for (let n = 0; n < budget.paths && queue.length > 0 && steps < budget.totalSteps; n++) {
    const job = takeBest(queue, covered);
    if (n >= ENOUGH_PATHS && (covered.get(job.way) ?? 0) >= OFTEN) break;
    const m = new Machine(program, job.prefix, budget.path, entry.kind === "library", reached);
    const path = follow(m, entry);
    if (!path.cut) aftermath(path.records, m.services.size > 0);
    visit(path, reached);
    steps += m.steps;
    for (const c of m.choices) covered.set(wayOf(c), (covered.get(wayOf(c)) ?? 0) + 1);
    branchOff(m.choices, job.prefix.length, seen, queue);
  }
}

const wayOf = (c: Choice): string => `${c.key}#${c.taken}`;

/** The job whose way was taken least so far; of several the one that parts earliest. */
function takeBest(queue: Job[], covered: ReadonlyMap<string, number>): Job {
  const rank = (job: Job | undefined): number => (job ? (covered.get(job.way) ?? 0) * 1000 + job.prefix.length : 0);
  let best = 0;
  let bestRank = rank(queue[0]);
  for (let i = 1; i < queue.length; i++) {
    const r = rank(queue[i]);
    if (r < bestRank) {
      best = i;
      bestRank = r;
    }
  }
  const [job] = queue.splice(best, 1);
  return job ?? { prefix: [], way: "" };
}

function branchOff(choices: readonly Choice[], from: number, seen: Set<string>, queue: Job[]): void {
  for (let i = from; i < choices.length && queue.length < 4000; i++) {
    const c = choices[i];
    if (!c) continue;
    for (let way = 0; way < c.options; way++) {
      if (way === c.taken) continue;
      const prefix = [...choices.slice(0, i).map((x) => x.taken), way];
      const key = prefix.join(",");
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ prefix, way: `${c.key}#${way}` });
    }
  }
}

function follow(m: Machine, entry: Entry): Explored {
  try {
    if (entry.kind === "module") runModule(m, entry.fn);
    else callFunction(m, entry.fn, parameters(m, entry), undefined, undefined, undefined);
    return { records: m.records, cut: false };
  } catch (e) {
    if (e instanceof PathEnd) return { records: m.records, cut: e.why === "budget" || e.why === "lost" };
    if (e instanceof Thrown) return { records: m.records, cut: false };
    return { records: m.records, cut: true, error: e };
  }
}

function parameters(m: Machine, entry: Entry): Value[] {
  return entry.fn.params.map((p, i) => {
    const s: Sym = m.fresh();
    if (entry.kind === "main" && i === 0) s.lo = 1;
    else if (p.acc.kind === "ptr") s.lo = 1;
    return s;
  });
}
