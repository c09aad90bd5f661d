import { surrender } from "../access";
import type { Machine } from "../machine";
import { settle, toNumber } from "../operate";
import { Ref, type Value } from "../value";
import { ATOMICS } from "./atomics";
import { DESCRIPTORS } from "./descriptors";
import { MAPPINGS } from "./mappings";
import { MEMORY } from "./memory";
import { PROCESSES } from "./processes";
import { STRINGS } from "./strings";
import { THREADS } from "./threads";
import { URING, unpinAll } from "./uring";
import { VARIADIC } from "./variadic";
import { WAITING } from "./waiting";

/** A function of the C library or a system call, by what it does to the state that rules ask about. */
export type External = (m: Machine, args: readonly Value[]) => Value;

const LIBRARY: ReadonlyMap<string, External> = new Map(
  [MEMORY, MAPPINGS, PROCESSES, THREADS, DESCRIPTORS, URING, STRINGS, ATOMICS, VARIADIC, WAITING].flatMap((table) =>
    Object.entries(table),
  ),
);

/** Functions that read what they are given and change nothing that matters here. */
const HARMLESS =
  /^(?:v?f?printf|dprintf|puts|f?putc|putchar|fputs|perror|fflush|fclose|fwrite|write|pwrite|send|sendto|sendmsg|syslog|v?warnx?|error_at_line|free|close|closedir|unlink|ftruncate|fallocate|fcntl|fsync|msync|signal|sigaction|sigprocmask|pthread_sigmask|sigemptyset|sigaddset|setvbuf|setsid|chdir|umask|kill|raise|alarm|setrlimit|getrlimit|sched_yield|sched_setaffinity|pthread_setaffinity_np|pthread_setname_np|clock_gettime|gettimeofday|getrusage|time|srand|srandom|memcmp|strcasecmp|isatty|access|epoll_create1?|epoll_ctl|eventfd|timerfd_create|inotify_init|openlog|closelog|set_mempolicy|mbind|membarrier|personality|sleep_hint|__builtin_.*|cfree|dlclose|strtod|atof|malloc_usable_size|va_start|va_end|va_copy)$/;

/** True for a function whose effect is known. */
export const isLibraryFunction = (name: string): boolean => LIBRARY.has(name);

/** Calls a function that is not in the workspace. */
export function callExternal(m: Machine, name: string, args: readonly Value[]): Value {
  const known = LIBRARY.get(name);
  if (known) return known(m, args);
  if (name === "close") closeDescriptor(m, args[0]);
  if (!HARMLESS.test(name)) {
    for (const a of args) {
      const v = settle(m, a);
      if (typeof v === "number" || v instanceof Ref) surrender(m, v);
    }
  }
  const result = m.fresh();
  if (
    /^(?:fclose|close|ftruncate|fflush|sigaction|clock_gettime|gettimeofday|setrlimit|sched_setaffinity|msync|fsync)$/.test(
      name,
    )
  )
    return 0;
  return result;
}

/** What closing a descriptor changes: a ring's buffers are no longer pinned, a userfaultfd's ranges are no longer registered. */
function closeDescriptor(m: Machine, fd: Value): void {
  const n = toNumber(m, fd);
  const d = n === undefined ? undefined : m.fds.get(n);
  if (n === undefined || !d) return;
  m.fds.delete(n);
  if (d.k === "uring") unpinAll(m);
  if (d.k !== "uffd" || [...m.fds.values()].some((x) => x.k === "uffd" && x.uffd === d.uffd)) return;
  m.services.delete(d.uffd);
  for (const obj of m.memory.paged()) {
    obj.pages?.mappings.update(0, obj.pages.count, (v) => (v.uffd === d.uffd ? { ...v, uffd: undefined, mode: 0 } : v));
  }
}
