import { hasFeature } from "../../../uffd/features";
import { CLONE_VM, PR_SET_MEMORY_MERGE, SYSCALLS } from "../../domain/constants";
import { scramble, target } from "../access";
import { type Machine, PathEnd } from "../machine";
import { readCell } from "../memory";
import { toNumber, truth } from "../operate";
import { raiseEvent, startThread } from "../threads";
import type { Value } from "../value";
import { callExternal, type External } from "./library";

/** Calls that make processes, end them or change what they share. */

/** Pages of private memory are shared with the child from here on, until each is written again. */
export function sharePages(m: Machine, what: string): void {
  const by = m.origin(what);
  m.effects++;
  for (const obj of m.memory.paged()) {
    const { pages } = obj;
    if (!pages) continue;
    for (const run of pages.mappings.all()) {
      const v = run.v;
      if (v.dontFork || v.wipeOnFork || v.type === "shared" || v.type === "none" || v.type === "hugetlb") continue;
      pages.pages.update(run.start, run.end, (p) =>
        p.content === "data" && !p.pinned && !p.shared ? { ...p, shared: by } : p,
      );
    }
  }
  for (const d of m.fds.values()) {
    if (d.k === "uffd" && d.uffd.owner === m.space && hasFeature(BigInt(d.uffd.features), "EVENT_FORK"))
      raiseEvent(m, d.uffd, by);
  }
}

/** Goes on as the child: a new address space, whose copies are not registered with anything. */
function becomeChild(m: Machine): void {
  m.space = { id: m.space.id + 1, parent: m.space };
  m.services.clear();
  for (const obj of m.memory.paged()) {
    obj.pages?.mappings.update(0, obj.pages.count, (v) =>
      v.dontFork ? { type: "none", prot: 0, mode: 0 } : { ...v, uffd: undefined, mode: 0 },
    );
  }
}

export function forkProcess(m: Machine, what: string): Value {
  sharePages(m, what);
  const frame = m.frame;
  const child = m.choose(`fork@${m.key(frame.at)}`, 2, 0) === 1;
  if (!child) return m.pid();
  becomeChild(m);
  return 0;
}

function daemonize(m: Machine): Value {
  sharePages(m, "daemon");
  becomeChild(m);
  return 0;
}

function clone(m: Machine, args: readonly Value[]): Value {
  const [fn, , flagsArg, argument] = args;
  const flags = toNumber(m, flagsArg);
  if (flags === undefined) return m.fresh();
  if (!(flags & CLONE_VM)) {
    sharePages(m, "clone");
    return m.pid();
  }
  startThread(m, fn, argument);
  return m.pid();
}

function rawClone(m: Machine, flags: Value): Value {
  const n = toNumber(m, flags);
  if (n === undefined) return m.fresh();
  return n & CLONE_VM ? forkedSameMemory(m) : forkProcess(m, "clone");
}

/** vfork: the child borrows the memory until it execs or exits. */
function forkedSameMemory(m: Machine): Value {
  const child = m.choose(`vfork@${m.key(m.frame.at)}`, 2, 0) === 1;
  return child ? 0 : m.pid();
}

const exit: External = () => {
  throw new PathEnd("exit");
};

const wait: External = (m, args) => {
  m.epoch++;
  const status = args.length >= 2 ? args[1] : args[0];
  if (toNumber(m, status) !== 0) scramble(m, status, 4);
  const pid = toNumber(m, args[0]);
  if (args.length >= 2 && pid !== undefined && pid > 0) return pid;
  // Waiting for any child: there is one, and then there are none.
  return m.choose(`wait@${m.key(m.frame.at)}`, 2, 0) === 1 ? m.pid() : -1;
};

const sleep: External = (m) => {
  m.epoch++;
  return 0;
};

const byNumber = new Map<number, string>(Object.entries(SYSCALLS).map(([name, n]) => [n, name]));

function rawSyscall(m: Machine, args: readonly Value[]): Value {
  const n = toNumber(m, args[0]);
  const name = n === undefined ? undefined : byNumber.get(n);
  const rest = args.slice(1);
  if (name === undefined) return m.fresh();
  if (name === "exit" || name === "exit_group") throw new PathEnd("exit");
  if (name === "clone") return rawClone(m, rest[0]);
  if (name === "clone3") {
    const where = target(m, rest[0]);
    const flags = where && readCell(where.obj, where.off, 8);
    return rawClone(m, typeof flags === "symbol" ? m.fresh() : flags);
  }
  if (name === "wait4") return wait(m, rest);
  return callExternal(m, name === "pread64" ? "pread" : name, rest);
}

export const PROCESSES: Readonly<Record<string, External>> = {
  fork: (m) => forkProcess(m, "fork"),
  _Fork: (m) => forkProcess(m, "fork"),
  vfork: (m) => forkedSameMemory(m),
  daemon: (m) => daemonize(m),
  forkpty(m, [out]) {
    scramble(m, out, 4);
    return forkProcess(m, "forkpty");
  },
  clone,
  syscall: rawSyscall,
  posix_spawn(m, [pid]) {
    scramble(m, pid, 4);
    return 0;
  },
  posix_spawnp(m, [pid]) {
    scramble(m, pid, 4);
    return 0;
  },
  system(m) {
    m.epoch++;
    return 0;
  },
  popen: (m) => m.nonNull(),
  pclose: sleep,
  exit,
  _exit: exit,
  _Exit: exit,
  quick_exit: exit,
  abort: exit,
  err: exit,
  errx: exit,
  verr: exit,
  verrx: exit,
  __assert_fail: exit,
  longjmp: exit,
  siglongjmp: exit,
  __builtin_unreachable: exit,
  __builtin_trap: exit,
  execv: exit,
  execve: exit,
  execvp: exit,
  execl: exit,
  execlp: exit,
  execle: exit,
  execvpe: exit,
  fexecve: exit,
  error(m, [status]) {
    if (toNumber(m, status) === 0) return 0;
    throw new PathEnd("exit");
  },
  assert(m, [c]) {
    if (truth(m, c) === false) throw new PathEnd("exit");
    return 0;
  },
  setjmp: () => 0,
  sigsetjmp: () => 0,
  wait,
  waitpid: wait,
  wait3: wait,
  wait4: wait,
  waitid: wait,
  usleep: sleep,
  sleep,
  nanosleep: sleep,
  clock_nanosleep: sleep,
  pause: sleep,
  getpid: (m) => m.pid(),
  getppid: (m) => m.pid(),
  gettid: (m) => m.pid(),
  prctl(m, [option, arg]) {
    if (toNumber(m, option) === PR_SET_MEMORY_MERGE)
      m.mergeAll = toNumber(m, arg) === 0 ? undefined : m.origin("PR_SET_MEMORY_MERGE");
    return 0;
  },
  sysconf(m, [name]) {
    const n = toNumber(m, name);
    return n === 30 ? 4096 : n === 84 || n === 83 ? 4 : m.fresh();
  },
  getpagesize: () => 4096,
  __errno_location: (m) => m.errnoObject().address,
};
