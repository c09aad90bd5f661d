import { store } from "../access";
import { callValue } from "../calls";
import { type Machine, PathEnd } from "../machine";
import { startThread } from "../threads";
import type { Value } from "../value";
import type { External } from "./library";

const ok: External = () => 0;
const wait: External = (m: Machine) => {
  m.epoch++;
  return 0;
};

function create(m: Machine, [out, , entry, argument]: readonly Value[]): Value {
  store(m, out, { size: 8, kind: "uint" }, m.pid());
  startThread(m, entry, argument);
  return 0;
}

/** POSIX and C11 threads. Locks are always free: threads run one after the other here. */
export const THREADS: Readonly<Record<string, External>> = {
  pthread_create: create,
  thrd_create: (m, [out, entry, argument]) => create(m, [out, 0, entry, argument]),
  pthread_join: wait,
  thrd_join: wait,
  pthread_tryjoin_np: wait,
  pthread_detach: ok,
  pthread_cancel: ok,
  pthread_kill: ok,
  pthread_exit() {
    throw new PathEnd("threadExit");
  },
  pthread_self: () => 1,
  pthread_once(m, [, f]) {
    callValue(m, f, [], m.here());
    return 0;
  },
  pthread_mutex_init: ok,
  pthread_mutex_lock: ok,
  pthread_mutex_trylock: ok,
  pthread_mutex_unlock: ok,
  pthread_mutex_destroy: ok,
  pthread_rwlock_init: ok,
  pthread_rwlock_rdlock: ok,
  pthread_rwlock_wrlock: ok,
  pthread_rwlock_unlock: ok,
  pthread_spin_lock: ok,
  pthread_spin_unlock: ok,
  pthread_cond_init: ok,
  pthread_cond_signal: ok,
  pthread_cond_broadcast: ok,
  pthread_cond_wait: wait,
  pthread_cond_timedwait: wait,
  pthread_cond_destroy: ok,
  pthread_barrier_init: ok,
  pthread_barrier_wait: wait,
  pthread_barrier_destroy: ok,
  pthread_attr_init: ok,
  pthread_attr_setstacksize: ok,
  pthread_attr_setdetachstate: ok,
  pthread_attr_destroy: ok,
  pthread_atfork: ok,
  pthread_setcancelstate: ok,
  sem_init: ok,
  sem_post: ok,
  sem_wait: wait,
  sem_trywait: ok,
  sem_timedwait: wait,
  sem_destroy: ok,
  atexit: ok,
};
