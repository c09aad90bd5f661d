import type { Fn, Global, Span, Stmt, Unit } from "../ir/ir";
import type { Frame, Site } from "./frame";
import { Memory, type Obj } from "./memory";
import type { Origin } from "./pages";
import type { CallRecord } from "./record";
import type { AddressSpace, Descriptor, Uffd } from "./uffd";
import { Sym, type Value } from "./value";

/** Why a path is not followed any further. */
export class PathEnd {
  constructor(
    readonly why: "exit" | "budget" | "blocked" | "lost" | "threadExit",
    readonly uffd?: Uffd,
  ) {}
}

/** A JavaScript exception, or a C++ one. */
export class Thrown {
  constructor(readonly value: Value) {}
}

/** A decision that was taken because a condition was unknown. */
export interface Choice {
  /** The place in source that decides. */
  readonly key: string;
  readonly taken: number;
  readonly options: number;
}

/** What the interpreter asks about code: names across files. */
export interface Program {
  function(name: string, from: string): { readonly fn: Fn; readonly unit: Unit } | undefined;
  global(name: string, from: string): { readonly global: Global; readonly unit: Unit } | undefined;
  unit(file: string): Unit | undefined;
  /** Module a JavaScript file imports. */
  module(specifier: string, from: string): Unit | undefined;
}

/** A thread that waits for messages of a userfaultfd and is run whenever there is one. */
export interface Service {
  readonly entry: Value;
  readonly argument: Value;
  readonly frame: Frame | undefined;
  readonly loop: Stmt | undefined;
  busy: boolean;
  /** More than one thread serves the descriptor: one may help another. */
  shared: boolean;
}

export interface Limits {
  /** Steps (expressions evaluated) one path may take. */
  readonly steps: number;
  readonly decisions: number;
}

const MAX_CALL_DEPTH = 80;
/** Operations on something unknown that are remembered; what comes after is unknown altogether. */
const MAX_SYMBOL_DEPTH = 24;

/** The state of one path through a program. Mutable; a fresh one is made for every path. */
export class Machine {
  readonly memory = new Memory();
  frames: Frame[] = [];
  /** Loops being executed, outermost first, with the frame they belong to. */
  activeLoops: { readonly frame: Frame; readonly loop: Stmt }[] = [];
  readonly globals = new Map<string, Obj>();
  readonly literals = new Map<string, number>();
  readonly modules = new Map<string, Map<string, Value>>();
  readonly fds = new Map<number, Descriptor>();
  private nextFd = 5;
  private readonly argumentLists: { readonly values: readonly Value[]; next: number }[] = [];
  private nextPid = 20_000;
  /** Counts the waits of the program, for things that take time (ksmd). */
  epoch = 1;
  space: AddressSpace = { id: 1 };
  /** PR_SET_MEMORY_MERGE in force. */
  mergeAll: Origin | undefined;
  lockFuture: Origin | undefined;
  /** Threads that serve a userfaultfd. */
  readonly services = new Map<Uffd, Service>();
  /** Descriptors put into each fd_set, by its address. */
  readonly fdSets = new Map<number, number[]>();
  /** Fault addresses nobody has read yet. */
  readonly faults = new Map<Uffd, number[]>();
  /** Faults being served: who has to be woken. */
  readonly waiters: { readonly address: number; woken: boolean; left?: CallRecord }[] = [];
  /** Pthread functions that run now, innermost last; loops before `loops` belong to the creator. */
  readonly threads: { readonly loops: number; readonly frames: number }[] = [];
  readonly records: CallRecord[] = [];
  readonly choices: Choice[] = [];
  /** JavaScript callbacks to be run when the module's body is done. */
  readonly jobs: (() => void)[] = [];
  private readonly symbols = new Map<string, Sym>();
  private readonly ids = new WeakMap<object, number>();
  private nextId = 1;
  private nextSym = 1;
  steps = 0;
  /** Counts changes that rules can see, so that loops that only wait are recognized. */
  effects = 0;
  /** Above 0 while a loop is followed in one go: conditions are not decided then. */
  sweeping = 0;
  private readonly origins = new Map<string, Origin>();
  private readonly taken = new Map<string, number>();

  constructor(
    readonly program: Program,
    private readonly prefix: readonly number[],
    private readonly limits: Limits,
    /** The entry is not `main`: what is static or global may have been changed by callers nobody sees. */
    readonly library: boolean,
    /** Functions any path has run, `file:name`. */
    readonly reached: Set<string> = new Set(),
  ) {}

  step(): void {
    if (++this.steps > this.limits.steps) throw new PathEnd("budget");
  }

  get frame(): Frame {
    const f = this.frames.at(-1);
    if (!f) throw new PathEnd("lost");
    return f;
  }

  get tooDeep(): boolean {
    return this.frames.length >= MAX_CALL_DEPTH;
  }

  /** Decides between `options` ways to go on; `preferred` unless the explorer wants another. */
  choose(key: string, options: number, preferred: number): number {
    if (this.sweeping > 0) return preferred;
    const n = this.choices.length;
    const wanted = this.prefix[n];
    const taken = wanted !== undefined && wanted < options ? wanted : preferred;
    if (n >= this.limits.decisions) throw new PathEnd("budget");
    this.choices.push({ key, taken, options });
    this.taken.set(`${key}#${taken}`, (this.taken.get(`${key}#${taken}`) ?? 0) + 1);
    return taken;
  }

  /** How often this path decided one way at a place. */
  timesTaken(key: string, way: number): number {
    return this.taken.get(`${key}#${way}`) ?? 0;
  }

  fresh(): Sym {
    return new Sym(this.nextSym++);
  }

  /** The result of an operation on something unknown; the same operation gives the same symbol. */
  derived(op: string, a: Value, b?: Value): Sym {
    const depth = Math.max(a instanceof Sym ? a.depth : 0, b instanceof Sym ? b.depth : 0) + 1;
    if (depth > MAX_SYMBOL_DEPTH) return this.fresh();
    const key = `${op}|${this.keyOf(a)}|${this.keyOf(b)}`;
    let s = this.symbols.get(key);
    if (!s) {
      s = new Sym(this.nextSym++, b === undefined ? { op, a } : { op, a, b }, depth);
      this.symbols.set(key, s);
    }
    return s;
  }

  private keyOf(v: Value): string {
    if (v instanceof Sym) return `s${v.id}`;
    if (typeof v === "object" && v !== null) {
      let id = this.ids.get(v);
      if (id === undefined) {
        id = this.nextId++;
        this.ids.set(v, id);
      }
      return `o${id}`;
    }
    return `${typeof v}${String(v)}`;
  }

  /** A process id nobody else has. */
  pid(): number {
    return ++this.nextPid;
  }

  /** Something that is there, whatever it is: a stream, a handle. */
  nonNull(): Value {
    const s = this.fresh();
    s.lo = 1;
    return s;
  }

  /** Storage of `errno`. */
  errnoObject(): Obj {
    let obj = this.globals.get("?errno");
    if (!obj) {
      obj = this.memory.allocate("global", "errno", 4, 4, 0);
      this.globals.set("?errno", obj);
    }
    return obj;
  }

  /** Makes the arguments beyond the named ones a list that `nextArgument` walks. */
  openArguments(values: readonly Value[]): number {
    this.argumentLists.push({ values, next: 0 });
    return this.argumentLists.length;
  }

  nextArgument(list: number | undefined): Value {
    const l = list === undefined ? undefined : this.argumentLists[list - 1];
    return l && l.next < l.values.length ? l.values[l.next++] : this.fresh();
  }

  later(job: () => void): void {
    if (this.jobs.length < 64) this.jobs.push(job);
  }

  openFd(d: Descriptor | ((fd: number) => Descriptor)): number {
    const fd = this.nextFd++;
    this.fds.set(fd, typeof d === "function" ? d(fd) : d);
    return fd;
  }

  /** The place of a span of the running function. */
  site(span: Span, frame: Frame = this.frame): Site {
    const unit = this.program.unit(frame.fn.file);
    const from = frame.fn.base + span.start;
    if (!unit) return { file: frame.fn.file, start: from, end: frame.fn.base + span.end };
    const start = unit.locate(frame.fn.file, from);
    const end = unit.locate(frame.fn.file, Math.max(from, frame.fn.base + span.end - 1));
    return {
      file: frame.fn.file,
      start: start.start,
      end: Math.max(start.end, end.start === end.end ? end.end + 1 : end.end),
    };
  }

  /** Where the call being made stands. */
  here(): Site | undefined {
    const f = this.frames.at(-1);
    return f && this.site(f.at, f);
  }

  /** Something that happens here, one object for each place and kind. */
  origin(what: string): Origin {
    const f = this.frames.at(-1);
    if (!f) return { what, at: undefined };
    const key = `${what}|${f.fn.file}|${f.fn.base + f.at.start}|${f.at.end}`;
    let o = this.origins.get(key);
    if (!o) {
      o = { what, at: this.site(f.at, f) };
      this.origins.set(key, o);
    }
    return o;
  }

  /** Call sites from the innermost caller outwards. */
  stack(): Site[] {
    const out: Site[] = [];
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const at = this.frames[i]?.calledAt;
      if (at) out.push(at);
    }
    return out;
  }

  /** Key of a place in source for decisions. */
  key(span: Span): string {
    const f = this.frame.fn;
    return `${f.file}:${f.base + span.start}:${span.end - span.start}`;
  }
}
