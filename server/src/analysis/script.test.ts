import { expect, test } from "vitest";
import { announced, findingsIn } from "./testing/expectations";

const PRELUDE = `import koffi from 'koffi';
import { spawnSync, exec } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { promisify } from 'node:util';
const lib = koffi.load('libc.so.6');
const ioctl = lib.func('int ioctl(int, unsigned long, void *)');
const mmap = lib.func('void *mmap(void *, size_t, int, int, int, long)');
const madvise = lib.func('int madvise(void *, size_t, int)');
const memset = lib.func('void *memset(void *, int, size_t)');
const syscall = lib.func('long syscall(long, long)');
const PAGE = 4096;
const map = (pages: number): bigint => mmap(null, pages * PAGE, 3, 0x22, -1, 0);
const words = (...w: (bigint | number)[]): Buffer => {
  const b = Buffer.alloc(8 * w.length);
  w.forEach((x, i) => b.writeBigUInt64LE(BigInt(x), 8 * i));
  return b;
};
const fd: number = syscall(323, 0o2000000);
ioctl(fd, 0xc018aa3fn, words(0xaa, 0, 0));
const watched = (pages: number): bigint => {
  const at = map(pages);
  ioctl(fd, 0xc020aa00n, words(at, pages * PAGE, 1, 0));
  return at;
};
const move = (d: bigint, s: bigint, pages: number, mode = 0) => words(d, s, pages * PAGE, mode, 0);
const s = map(4), d = watched(4);
`;

const BODIES: Readonly<Record<string, string>> = {
  "a child process between write and move": `
memset(s, 1, 4 * PAGE);
spawnSync('true');
console.log(ioctl(fd, 0xc028aa05n, move(d, s, 4))); //! ebusy-fork`,
  "an awaited exec": `
memset(s, 1, 4 * PAGE);
await promisify(exec)('true');
console.log(ioctl(fd, 0xc028aa05n, move(d, s, 4))); //! ebusy-fork`,
  "a worker thread does not fork": `
memset(s, 1, 4 * PAGE);
new Worker('x');
console.log(ioctl(fd, 0xc028aa05n, move(d, s, 4)));`,
  "the source is excluded from forks": `
madvise(s, 4 * PAGE, 10);
memset(s, 1, 4 * PAGE);
spawnSync('true');
console.log(ioctl(fd, 0xc028aa05n, move(d, s, 4)));`,
  "EBUSY handled by its name": `
memset(s, 1, 4 * PAGE);
spawnSync('true');
if (ioctl(fd, 0xc028aa05n, move(d, s, 4)) !== 0 && koffi.errno() !== koffi.os.errno.EBUSY) throw new Error('move');`,
  "a wrong number": `
memset(s, 1, 4 * PAGE);
console.log(ioctl(fd, 0xc020aa05n, move(d, s, 4))); //! einval-number`,
  "a typed array as the argument": `
console.log(ioctl(fd, 0xc028aa05n, new BigUint64Array([d, s, 4096n, 0n, 0n]))); //! enoent-hole`,
  "a DataView as the argument": `
const v = new DataView(new ArrayBuffer(40));
[d, s, 4096n, 2n].forEach((w, i) => v.setBigUint64(8 * i, w, true));
console.log(ioctl(fd, 0xc028aa05n, v));`,
  "the length of a text is no multiple of the page": `
const text = Buffer.from('hello');
console.log(ioctl(fd, 0xc028aa03n, words(d, koffi.address(text), text.length, 0, 0))); //! einval-alignment`,
  "a class that keeps its place in the destination": `
class Sink {
  private used = 0;
  constructor(private readonly base: bigint) {}
  put(page: Buffer): boolean {
    const rc = ioctl(fd, 0xc028aa03n, words(this.base + BigInt(this.used * PAGE), koffi.address(page), PAGE, 0, 0));
    if (rc === 0) this.used++;
    return rc === 0;
  }
}
const sink = new Sink(d);
for (let i = 0; i < 3; i++) sink.put(Buffer.alloc(PAGE));`,
};

for (const [name, body] of Object.entries(BODIES)) {
  test(name, async () => {
    const source = PRELUDE + body;
    expect(await findingsIn({ "a.ts": source })).toEqual(announced(source));
  });
}

test("modules of the workspace are followed", async () => {
  const native = `${PRELUDE}export { fd, ioctl, move, memset, s as source, d as target };
export default function snapshot(): void { spawnSync('true'); }`;
  const main = `import snapshot, { fd, ioctl, move, memset, source, target } from './native.js';
memset(source, 1, 4 * 4096);
snapshot();
console.log(ioctl(fd, 0xc028aa05n, move(target, source, 4)));
`;
  expect(await findingsIn({ "native.ts": native, "main.ts": main })).toEqual(["main.ts:4 ebusy-fork"]);
});
