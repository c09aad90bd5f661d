import type { Machine } from "../machine";
import { settle, toNumber } from "../operate";
import type { Uffd } from "../uffd";
import { Sym, type Value } from "../value";

/** Makes a userfaultfd, as the system call or USERFAULTFD_IOC_NEW do. */
export function newUffd(m: Machine, flags: Value): number {
  return m.openFd((fd) => ({
    k: "uffd",
    uffd: {
      fd,
      owner: m.space,
      madeAt: m.origin("userfaultfd"),
      ready: false,
      features: 0,
      foreign: false,
      pendingEvents: [],
      blind: false,
      objects: new Set(),
      nonBlocking: ((toNumber(m, flags) ?? 0) & 0o4000) !== 0,
    },
  }));
}

/** The userfaultfd a descriptor number stands for, if it is known to be one. */
export function uffdOf(m: Machine, fd: Value): Uffd | undefined {
  const n = toNumber(m, fd);
  const d = n === undefined ? undefined : m.fds.get(n);
  return d?.k === "uffd" ? d.uffd : undefined;
}

/** The userfaultfd a call with a userfaultfd request goes to; one that came from elsewhere is made up. */
export function assumedUffd(m: Machine, fd: Value): Uffd | undefined {
  const known = uffdOf(m, fd);
  if (known) return known;
  const v = settle(m, fd);
  const n = toNumber(m, v);
  if (n !== undefined && m.fds.has(n)) return undefined;
  if (n !== undefined && n < 0) return undefined;
  const uffd: Uffd = {
    fd: n ?? -1,
    owner: m.space,
    madeAt: m.origin("userfaultfd"),
    ready: undefined,
    features: 0,
    foreign: true,
    pendingEvents: [],
    blind: false,
    objects: new Set(),
    nonBlocking: false,
  };
  if (n !== undefined) m.fds.set(n, { k: "uffd", uffd });
  else if (v instanceof Sym) v.bound = m.openFd({ k: "uffd", uffd });
  return uffd;
}
