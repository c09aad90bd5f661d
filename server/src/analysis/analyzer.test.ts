import { expect, test } from "vitest";
import { grammars } from "../workspace/grammarFiles";
import { Analyzer, analyze } from ".";
import { announced, findingsIn, PRELUDE } from "./testing/expectations";

const HANDLER = `
static char *base;
static void *serve(void *arg) {
  struct uffd_msg msg;
  while (read(fd, &msg, sizeof msg) == sizeof msg) {
    struct uffdio_copy c = { .dst = msg.arg.pagefault.address & -BLOCK, .src = (unsigned long)arg, .len = BLOCK, .mode = MODE };
    if (ioctl(fd, UFFDIO_COPY, &c)) return 0;AFTER
  }
  return 0;
}
int main(void) {
  pthread_t t;
  start();
  base = map(8);
  watch(base, 8);
  pthread_create(&t, 0, serve, map(8));
  return base[0] + base[5 * PG];
}
`;
const handler = (block: string, mode: string, after = ""): string =>
  PRELUDE + HANDLER.replaceAll("BLOCK", block).replace("MODE", mode).replace("AFTER", after);

test("the page that faulted is missing, whatever page it is", async () => {
  expect(await findingsIn({ "a.c": handler("PG", "0") })).toEqual([]);
});

test("a fault whose page is placed with DONTWAKE needs a wake-up", async () => {
  const lines = (source: string) => source.split("\n").findIndex((l) => l.includes("UFFDIO_COPY, &c")) + 1;
  const asleep = handler("PG", "UFFDIO_COPY_MODE_DONTWAKE");
  expect(await findingsIn({ "a.c": asleep })).toEqual([`${lines(asleep)} never-woken`]);
  const woken = handler(
    "PG",
    "UFFDIO_COPY_MODE_DONTWAKE",
    "\n    struct uffdio_range r = { c.dst, c.len }; ioctl(fd, UFFDIO_WAKE, &r);",
  );
  expect(await findingsIn({ "a.c": woken })).toEqual([]);
});

test("a handler that touches a missing page of its own range waits for itself", async () => {
  const source = handler("PG", "0", "\n    base[7 * PG] = 1; //! handler-deadlock");
  expect(await findingsIn({ "a.c": source })).toEqual(announced(source));
});

test("functions and variables are followed into other files", async () => {
  const header = `#define STEP 4096\nstruct box { char *from, *to; };\nvoid snapshot(void);\nint hand_over(struct box *b);\nextern int fd;\n`;
  const library = `#include "box.h"
#include <linux/userfaultfd.h>
int fd = -1;
int hand_over(struct box *b) {
  struct uffdio_move m = { .dst = (unsigned long)b->to, .src = (unsigned long)b->from, .len = STEP };
  return ioctl(fd, UFFDIO_MOVE, &m);
}
`;
  const helper = `#include <unistd.h>\nvoid snapshot(void) { if (fork() == 0) _exit(0); }\n`;
  const main = `#include "box.h"
${PRELUDE.replace("static int fd;", "")}
int main(void) {
  start();
  struct box b = { map(1), map(2) };
  watch(b.to, 2);
  b.from[0] = 1;
  snapshot();
  return hand_over(&b);
}
`;
  const found = await findingsIn({ "box.h": header, "library.c": library, "helper.c": helper, "main.c": main });
  expect(found).toEqual(["library.c:6 ebusy-fork"]);
});

test("where one caller of a wrapper fails and another does not, the failing caller is named", async () => {
  const source = `${PRELUDE}
static int hand_over(char *d, char *s) {
  struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
  return ioctl(fd, UFFDIO_MOVE, &m);
}
int main(void) {
  start();
  char *s = map(2), *d = map(2);
  watch(d, 2);
  memset(s, 1, 2 * PG);
  hand_over(d, s);
  child();
  hand_over(d + PG, s + PG); //! ebusy-fork
  return 0;
}
`;
  expect(await findingsIn({ "a.c": source })).toEqual(announced(source));
});

test("a library without main is silent about what callers decide", async () => {
  const source = `#include <linux/userfaultfd.h>
struct pager { int fd; char *base, *store; unsigned long page; int dontwake; };
int pager_put(struct pager *p, unsigned long n) {
  struct uffdio_copy c = { .dst = (unsigned long)p->base + n * p->page, .src = (unsigned long)p->store, .len = p->page };
  return ioctl(p->fd, UFFDIO_COPY, &c);
}
int pager_move(struct pager *p, void *from, unsigned long bytes) {
  struct uffdio_move m = { .dst = (unsigned long)p->base, .src = (unsigned long)from, .len = bytes };
  if (fork() == 0) _exit(0);
  return ioctl(p->fd, UFFDIO_MOVE, &m);
}
`;
  expect(await findingsIn({ "pager.c": source })).toEqual([]);
});

test("an edit changes the answer, and undoing it brings the old one back", async () => {
  const analyzer = new Analyzer(await grammars());
  const good = `${PRELUDE}
int main(void) {
  start();
  char *s = map(1), *d = map(1);
  watch(d, 1);
  s[0] = 1;
  struct uffdio_move m = { (unsigned long)d, (unsigned long)s, PG, 0, 0 };
  return ioctl(fd, UFFDIO_MOVE, &m);
}
`;
  const bad = good.replace("s[0] = 1;", "s[0] = 1; child();");
  const codes = (text: string) => analyzer.analyze(new Map([["/w/a.c", text]])).diagnostics.map((d) => d.code);
  expect(codes(good)).toEqual([]);
  expect(codes(bad)).toEqual(["ebusy-fork"]);
  expect(codes(good)).toEqual([]);
  expect(codes(bad)).toEqual(["ebusy-fork"]);
  analyzer.dispose();
});

test("the same texts give the same answer, related locations included", async () => {
  const parsers = await grammars();
  const files = new Map([["/w/a.c", handler("4 * PG", "0")]]);
  const once = analyze(files, parsers);
  expect(analyze(files, parsers)).toEqual(once);
});

test("input that makes no sense gives an answer and no exception", async () => {
  const parsers = await grammars();
  const texts = [
    "",
    "\0\x01\x02 UFFDIO_MOVE",
    "int main(void) { ioctl(fd, UFFDIO_MOVE",
    `int main(void) { return ${"(".repeat(5000)}ioctl(UFFDIO_MOVE)${")".repeat(5000)}; }`,
    `#define A A A\n#define B(x) x x B(x)\n#include "a.c"\nint main(void) { A B(B(B(UFFDIO_COPY))) }`,
    "int f(void) { return f(); } int main(void) { for (;;) f(); ioctl(1, UFFDIO_COPY, 0); }",
    "#if\n#elif\n#endif\n#endif\n#else\nUFFDIO_MOVE",
  ];
  for (const text of texts) {
    for (const name of ["a.c", "a.cc", "a.ts"]) {
      const { problems } = analyze(new Map([[`/w/${name}`, text]]), parsers);
      expect(problems, `${name}: ${text.slice(0, 40)}`).toEqual([]);
    }
  }
});
