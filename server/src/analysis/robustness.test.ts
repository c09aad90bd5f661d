/** Mutated and cut sources: an answer, no exception, no problem, in bounded time. FAULTSCOPE_FUZZ sets the size of a round. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { grammars } from "../workspace/grammarFiles";
import { analyze } from ".";
import { PRELUDE } from "./testing/expectations";

/** Cases as a share of a round: 10,000 in all, fewer where one takes longer. */
const ROUND = Number(process.env.FAULTSCOPE_FUZZ ?? 1000);

const C = `${PRELUDE}
struct slot { char *at; struct slot *next; } *slots;
static void *serve(void *arg) {
  struct uffd_msg m;
  while (read(fd, &m, sizeof m) > 0)
    if (m.event == UFFD_EVENT_PAGEFAULT) ioctl(fd, UFFDIO_ZEROPAGE, &(struct uffdio_zeropage){ { m.arg.pagefault.address, PG } });
  return arg;
}
int main(int argc, char **argv) {
  pthread_t t;
  start();
  for (int i = 0; i < 8; i++) slots = &(struct slot){ map(i + 1), slots };
  watch(slots->at, 8);
  pthread_create(&t, 0, serve, slots);
  switch (argc) { case 1: child(); break; default: while (--argc) slots->at[argc * PG] = *argv[argc]; }
  struct uffdio_move m = { .dst = (unsigned long)slots->at, .src = (unsigned long)slots->next->at, .len = PG };
  return ioctl(fd, UFFDIO_MOVE, &m) == -1 && errno == EBUSY ? 1 : 0;
}
`;
const TS = `import koffi from 'koffi';
import { spawn } from 'node:child_process';
const lib = koffi.load('libc.so.6');
const ioctl = lib.func('int ioctl(int, unsigned long, void *)');
const mmap = lib.func('void *mmap(void *, size_t, int, int, int, long)');
class Pool<T> extends Map<string, T> {
  #at = mmap(null, 8 * 4096, 3, 0x22, -1, 0);
  constructor(private readonly fd: number) { super(); }
  get at(): bigint { return this.#at; }
  async move(...to: bigint[]) {
    for (const [i, d] of to.entries()) {
      const { rc = ioctl(this.fd, 0xc028aa05n, new BigUint64Array([d, this.at + BigInt(i * 4096), 4096n, 0n, 0n])) } = {} as { rc?: number };
      if (rc !== 0) throw new Error(\`move \${i}\`);
    }
  }
}
const pool = new Pool<number>(3);
spawn('true').on('exit', () => pool.move(1n, 2n).catch((e) => console.error(e?.message ?? e)));
`;
const JUNK = [
  "{",
  "}",
  "(",
  ")",
  ";",
  "*",
  "&",
  "#if 1\n",
  "#define A A(A)\n",
  '"',
  "'",
  "/*",
  "\0",
  "while(1)",
  "goto x;",
  "fork();",
  "...",
  "=>",
  "`${",
  "0xffffffffffffffffn",
  "<<",
  "?.",
];

const mutation = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom("cut", "insert", "remove", "repeat", "change"),
  text: fc.constantFrom(...JUNK),
  length: fc.nat(200),
});

function mutate(text: string, changes: readonly { at: number; kind: string; text: string; length: number }[]): string {
  let out = text;
  for (const c of changes) {
    const at = c.at % (out.length + 1);
    if (c.kind === "cut") out = out.slice(0, at);
    else if (c.kind === "insert") out = out.slice(0, at) + c.text + out.slice(at);
    else if (c.kind === "remove") out = out.slice(0, at) + out.slice(at + c.length);
    else if (c.kind === "repeat") out = out.slice(0, at) + out.slice(at, at + c.length) + out.slice(at);
    else out = out.slice(0, at) + String.fromCharCode(32 + (c.length % 95)) + out.slice(at + 1);
  }
  return out;
}

for (const [name, source, rounds] of [
  ["a.c", C, 2.5],
  ["a.cc", C, 1.5],
  ["a.ts", TS, 3],
  ["a.tsx", TS, 3],
] as const) {
  test(`broken ${name.slice(2)} sources are analysed as far as they go`, { timeout: 600_000 }, async () => {
    const parsers = await grammars();
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (changes) => {
        const { problems } = analyze(new Map([[`/w/${name}`, mutate(source, changes)]]), parsers);
        expect(problems).toEqual([]);
      }),
      { numRuns: ROUND * rounds, seed: 20_240_601 },
    );
  });
}
