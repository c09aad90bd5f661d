import { surrender } from "../access";
import type { Machine } from "../machine";
import { settle } from "../operate";
import { Ref, type Value } from "../value";
import { ATOMICS } from "./atomics";
import { DESCRIPTORS } from "./descriptors";
import { MAPPINGS } from "./mappings";
import { MEMORY } from "./memory";
import { PROCESSES } from "./processes";
import { STRINGS } from "./strings";
import { THREADS } from "./threads";

/** A function of the C library or a system call, by what it does to the state that rules ask about. */
export type External = (m: Machine, args: readonly Value[]) => Value;

const LIBRARY: ReadonlyMap<string, External> = new Map(
  [MEMORY, MAPPINGS, PROCESSES, THREADS, DESCRIPTORS, STRINGS, ATOMICS].flatMap((table) => Object.entries(table)),
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
