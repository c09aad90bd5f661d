import { describe, expect, test } from "vitest";
import { announced, findingsIn, PRELUDE } from "../testing/expectations";

/** Bodies of `main` after a source `s` of 4 pages and a watched destination `d` of 4 pages were made. */
const BODIES: Readonly<Record<string, string>> = {
  "a written page moves": `
    memset(s, 1, 4 * PG);
    return MOVE(d, s, 4, 0);`,
  "fork after the write": `
    memset(s, 1, 4 * PG);
    child();
    return MOVE(d, s, 4, 0); //! ebusy-fork`,
  "fork before the write": `
    child();
    memset(s, 1, 4 * PG);
    return MOVE(d, s, 4, 0);`,
  "MADV_DONTFORK before the fork": `
    madvise(s, 4 * PG, MADV_DONTFORK);
    memset(s, 1, 4 * PG);
    child();
    return MOVE(d, s, 4, 0);`,
  "MADV_DONTFORK on the destination": `
    madvise(d, 4 * PG, MADV_DONTFORK);
    memset(s, 1, 4 * PG);
    child();
    return MOVE(d, s, 4, 0); //! ebusy-fork`,
  "one byte of each page written again": `
    memset(s, 1, 4 * PG);
    child();
    for (int i = 0; i < 4; i++) s[i * PG] = 2;
    return MOVE(d, s, 4, 0);`,
  "MADV_POPULATE_WRITE after the fork": `
    memset(s, 1, 4 * PG);
    child();
    madvise(s, 4 * PG, MADV_POPULATE_WRITE);
    return MOVE(d, s, 4, 0);`,
  "system and vfork do not share pages": `
    memset(s, 1, 4 * PG);
    system("true");
    if (vfork() == 0) _exit(0);
    return MOVE(d, s, 4, 0);`,
  "a fork that depends on something unknown": `
    memset(s, 1, 4 * PG);
    if (getenv("X")) child();
    return MOVE(d, s, 4, 0); //! ebusy-fork`,
  "EBUSY handled": `
    memset(s, 1, 4 * PG);
    child();
    if (MOVE(d, s, 4, 0) && errno == EBUSY) return COPY(d, s, 4, 0);
    return 0;`,
  "EBUSY handled in a switch": `
    memset(s, 1, 4 * PG);
    child();
    if (MOVE(d, s, 4, 0)) switch (errno) { case EAGAIN: return 1; case EBUSY: return 2; default: return 3; }
    return 0;`,
  "mergeable, and time to merge": `
    madvise(s, 4 * PG, MADV_MERGEABLE);
    memset(s, 1, 4 * PG);
    sleep(9);
    return MOVE(d, s, 4, 0); //! ebusy-ksm`,
  "unmergeable again": `
    madvise(s, 4 * PG, MADV_MERGEABLE);
    memset(s, 1, 4 * PG);
    sleep(9);
    madvise(s, 4 * PG, MADV_UNMERGEABLE);
    return MOVE(d, s, 4, 0);`,
  "mergeable pages that differ": `
    madvise(s, 4 * PG, MADV_MERGEABLE);
    for (int i = 0; i < 4; i++) memset(s + i * PG, i + 1, PG);
    sleep(9);
    return MOVE(d, s, 4, 0);`,
  PR_SET_MEMORY_MERGE: `
    prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0);
    memset(s, 1, 4 * PG);
    sleep(9);
    return MOVE(d, s, 4, 0); //! ebusy-ksm`,
  "a registered buffer is pinned until its ring goes": `
    memset(s, 1, 4 * PG);
    int ring = syscall(SYS_io_uring_setup, 4, 0);
    struct iovec v = { s, PG };
    syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &v, 1);
    MOVE(d, s, 1, 0); //! ebusy-pinned
    close(ring);
    return MOVE(d, s, 1, 0);`,
  "a destination that was written": `
    d = map(4);
    memset(d, 0, PG);
    watch(d, 4);
    return COPY(d, s, 1, 0); //! eexist-populated`,
  "a destination that was dropped again": `
    watch(d = map(4), 4);
    COPY(d, s, 1, 0);
    madvise(d, PG, MADV_DONTNEED);
    return COPY(d, s, 1, 0);`,
  "copy and then move to one page": `
    memset(s, 1, 4 * PG);
    if (COPY(d, s, 1, 0)) return 1;
    return MOVE(d, s, 1, 0); //! eexist-populated`,
  "a loop whose destination stays": `
    for (int i = 0; i < 4; i++)
      if (COPY(d, s + i * PG, 1, 0)) return 1; //! eexist-populated
    return 0;`,
  "a loop whose destination advances": `
    for (int i = 0; i < 4; i++)
      if (COPY(d + i * PG, s, 1, 0)) return 1;
    return 0;`,
  "a source that was never written": `
    return MOVE(d, s, 1, 0); //! enoent-hole`,
  "holes allowed through a variable": `
    unsigned long mode = 0;
    mode |= UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES;
    return MOVE(d, s, 1, mode);`,
  "a guard in the source": `
    memset(s, 1, 4 * PG);
    madvise(s, PG, MADV_GUARD_INSTALL);
    return MOVE(d, s, 1, 0); //! efault-marker`,
  "half a page": `
    memset(s, 1, 4 * PG);
    struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG / 2, 0, 0 };
    return ioctl(fd, UFFDIO_MOVE, &m); //! einval-alignment`,
  "a source from malloc": `
    s = malloc(64 * PG);
    memset(s, 1, 64 * PG);
    return MOVE(d, s, 1, 0); //! einval-alignment`,
  "an unaligned source is fine for a copy": `
    s = malloc(64 * PG);
    return COPY(d, s, 1, 0);`,
  "a shared source": `
    s = mmap(0, PG, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(s, 1, PG);
    return MOVE(d, s, 1, 0); //! einval-mapping`,
  "a source split by an attribute on half of it": `
    memset(s, 1, 4 * PG);
    madvise(s, 2 * PG, MADV_DONTFORK);
    return MOVE(d, s, 4, 0); //! einval-mapping`,
  "a locked source": `
    memset(s, 1, 4 * PG);
    mlock(s, 4 * PG);
    return MOVE(d, s, 4, 0); //! einval-mapping`,
  "a destination that is not registered": `
    memset(s, 1, 4 * PG);
    return MOVE(map(1), s, 1, 0); //! einval-unregistered`,
  "past the end of the registered range": `
    memset(s, 1, 4 * PG);
    return COPY(d + 3 * PG, s, 2, 0); //! einval-unregistered`,
  "the child uses the parent's descriptor": `
    if (fork() == 0) {
      memset(s, 1, PG);
      MOVE(d, s, 1, 0); //! einval-foreign-mm
      _exit(0);
    }
    return 0;`,
  "unknown mode bits": `
    return COPY(d, s, 1, 16); //! einval-mode`,
  "a wrong number": `
    memset(s, 1, PG);
    struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
    return ioctl(fd, 0xc020aa05, &m); //! einval-number`,
  "registered with another descriptor": `
    int first = fd;
    start();
    struct uffdio_register r = { .range = { (unsigned long)d, PG }, .mode = 1 };
    return ioctl(fd, UFFDIO_REGISTER, &r) + first; //! ebusy-registered`,
  "a page in the middle is there": `
    COPY(d + 2 * PG, s, 1, 0);
    return COPY(d, s, 4, 0); //! eagain-partial`,
  "a short copy is continued": `
    COPY(d + 2 * PG, s, 1, 0);
    struct uffdio_copy c = { (unsigned long)d, (unsigned long)s, 4 * PG, 0, 0 };
    while (ioctl(fd, UFFDIO_COPY, &c)) {
      if (errno == EAGAIN && c.copy > 0) { c.dst += c.copy; c.len -= c.copy; }
      else if (errno == EEXIST) { c.dst += PG; c.len -= PG; }
      else return 1;
    }
    return 0;`,
  "a range whose result nobody looks at": `
    struct uffdio_copy c = { (unsigned long)d, (unsigned long)s, 4 * PG, 0, 0 };
    ioctl(fd, UFFDIO_COPY, &c); //! unchecked-result?
    return 0;`,
};

const program = (body: string): string => `${PRELUDE}
#define MOVE(d, s, n, m) ioctl(fd, UFFDIO_MOVE, &(struct uffdio_move){ (unsigned long)(d), (unsigned long)(s), (n) * PG, (m), 0 })
#define COPY(d, s, n, m) ioctl(fd, UFFDIO_COPY, &(struct uffdio_copy){ (unsigned long)(d), (unsigned long)(s), (n) * PG, (m), 0 })
int main(void) {
  start();
  char *s = map(4), *d = map(4);
  watch(d, 4);${body}
}
`;

describe("what the kernel refuses is found, and what it accepts is not", { timeout: 30_000 }, () => {
  for (const [name, body] of Object.entries(BODIES)) {
    test(name, async () => {
      const source = program(body);
      expect(await findingsIn({ "a.c": source })).toEqual(announced(source));
    });
  }
});
