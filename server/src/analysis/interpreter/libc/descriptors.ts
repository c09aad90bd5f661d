import { cString, load, scramble, store, target } from "../access";
import { newUffd, uffdOf } from "../kernel/descriptor";
import { ioctl } from "../kernel/ioctl";
import { readMessage, waitForMessage } from "../kernel/messages";
import type { Machine } from "../machine";
import { settle, toNumber } from "../operate";
import type { Value } from "../value";
import type { External } from "./library";

/** Files, userfaultfds and what is read from them. */

function open(m: Machine, path: Value): Value {
  const name = cString(m, path) ?? "";
  const k = name === "/dev/userfaultfd" ? "uffdDevice" : name === "/dev/zero" ? "zero" : "file";
  return m.openFd({ k });
}

function read(m: Machine, fd: Value, buffer: Value, size: Value): Value {
  const uffd = uffdOf(m, fd);
  if (uffd) return readMessage(m, uffd, buffer, size);
  m.epoch++;
  scramble(m, buffer, size);
  const n = settle(m, size);
  if (typeof n !== "number") return m.fresh();
  // A read gives what was asked for unless the path is told otherwise.
  return m.choose(`read@${m.key(m.frame.at)}`, 2, 1) === 1 ? n : 0;
}

function poll(m: Machine, fds: Value, count: Value): Value {
  m.epoch++;
  const at = target(m, fds);
  const n = toNumber(m, count) ?? 1;
  if (!at) return m.fresh();
  const base = at.obj.address + at.off;
  const watched = [];
  for (let i = 0; i < n && i < 16; i++) {
    const uffd = uffdOf(m, load(m, base + i * 8, { size: 4, kind: "int" }));
    if (uffd) watched.push({ uffd, revents: base + i * 8 + 6 });
    store(m, base + i * 8 + 6, { size: 2, kind: "int" }, uffd ? 0 : m.threads.length > 0 ? 0 : m.fresh());
  }
  if (watched.length === 0) return m.fresh();
  const ready = watched.filter((w) => waitForMessage(m, w.uffd));
  for (const w of ready) store(m, w.revents, { size: 2, kind: "int" }, 1);
  return ready.length;
}

export const DESCRIPTORS: Readonly<Record<string, External>> = {
  ioctl: (m, [fd, request, arg]) => ioctl(m, fd, request, arg),
  userfaultfd: (m, [flags]) => newUffd(m, flags),
  open: (m, [path]) => open(m, path),
  open64: (m, [path]) => open(m, path),
  openat: (m, [, path]) => open(m, path),
  creat: (m, [path]) => open(m, path),
  fileno: (m) => m.openFd({ k: "file" }),
  mkstemp: (m) => m.openFd({ k: "file" }),
  fopen: (m) => m.nonNull(),
  tmpfile: (m) => m.nonNull(),
  memfd_create: (m, [, flags]) => m.openFd({ k: "memfd", hugetlb: ((toNumber(m, flags) ?? 0) & 4) !== 0 }),
  shm_open: (m) => m.openFd({ k: "memfd" }),
  pipe(m, [p]) {
    pair(m, p);
    return 0;
  },
  pipe2(m, [p]) {
    pair(m, p);
    return 0;
  },
  socketpair(m, [, , , p]) {
    pair(m, p);
    return 0;
  },
  dup: (m, [fd]) => dup(m, fd),
  fcntl: (m, [fd, command]) => (toNumber(m, command) === 1030 || toNumber(m, command) === 0 ? dup(m, fd) : 0),
  read: (m, [fd, p, n]) => read(m, fd, p, n),
  pread: (m, [fd, p, n]) => read(m, fd, p, n),
  pread64: (m, [fd, p, n]) => read(m, fd, p, n),
  recv: (m, [fd, p, n]) => read(m, fd, p, n),
  fread(m, [p, size, count]) {
    const n = toNumber(m, size);
    const c = toNumber(m, count);
    scramble(m, p, n !== undefined && c !== undefined ? n * c : 1);
    return count;
  },
  poll: (m, [fds, n]) => poll(m, fds, n),
  ppoll: (m, [fds, n]) => poll(m, fds, n),
  lseek: (m) => m.fresh(),
};

function pair(m: Machine, p: Value): void {
  const at = target(m, p);
  if (!at) return;
  for (let i = 0; i < 2; i++) at.obj.cells.set(at.off + i * 4, { v: m.openFd({ k: "pipe" }), size: 4 });
}

function dup(m: Machine, fd: Value): Value {
  const n = toNumber(m, fd);
  const d = n === undefined ? undefined : m.fds.get(n);
  return d ? m.openFd(d) : m.fresh();
}
